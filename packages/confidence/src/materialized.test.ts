/** Sticky assignments, materialized segments and their bloom filters, through an imported state. @module */
import { type MaterializationRecord, openBundle, resolve } from "@aplomb/core";
import { describe, expect, test } from "vitest";
import { ALL, BY_SECRET, flag, rule, type StateInit, segment, stateBytes } from "../test/state-builder.js";
import { importResolverState } from "./import-resolver-state.js";

const vip = {
  kind: { case: "materializedSegment" as const, value: { materializedSegment: "materializedSegments/vip" } },
};
const flags = [flag("f")];
const ofVips: StateInit = { flags, segments: [segment("segments/all", { a: vip })] };
const named = { materializedSegment: "materializedSegments/vip", strategy: 1, bitCount: 64n, hashFunctionCount: 3 };
const everyone = { ...named, data: new Uint8Array(8).fill(255) };
const noOne = { ...named, data: new Uint8Array(8) };
const empty = new Uint8Array();
const record = { unit: "u", materialization: "materializedSegments/vip", rule: "", variant: "" };

function imported(state: StateInit, materializations?: readonly MaterializationRecord[]) {
  const { bundle, diagnostics } = importResolverState(stateBytes(state), BY_SECRET);
  const options = materializations && { materializations };
  return { diagnostics, resolution: resolve(openBundle(bundle), "f", { targeting_key: "u" }, options) };
}

describe("bloom filters", () => {
  test.each([
    { what: "none: the records decide", bloomFilters: [], reason: "MATCH" },
    { what: "a member", bloomFilters: [everyone], reason: "MATCH" },
    { what: "not a member, whatever the records say", bloomFilters: [noOne], reason: "NO_SEGMENT_MATCH" },
    { what: "the last of two", bloomFilters: [everyone, noOne], reason: "NO_SEGMENT_MATCH" },
    { what: "of another segment", bloomFilters: [{ ...noOne, materializedSegment: "x" }], reason: "MATCH" },
    { what: "no functions: everybody", bloomFilters: [{ ...noOne, hashFunctionCount: 0 }], reason: "MATCH" },
    { what: "fewer than none: everybody", bloomFilters: [{ ...noOne, hashFunctionCount: -3 }], reason: "MATCH" },
    { what: "no data: nobody", bloomFilters: [{ ...everyone, data: empty }], reason: "NO_SEGMENT_MATCH" },
    { what: "more bits than data", bloomFilters: [{ ...everyone, bitCount: 2n ** 62n }], reason: "NO_SEGMENT_MATCH" },
    { what: "of a segment that nothing asks", bloomFilters: [{ ...noOne, materializedSegment: "" }], reason: "MATCH" },
  ])("$what: $reason", ({ bloomFilters, reason }) => {
    const { resolution, diagnostics } = imported({ ...ofVips, bloomFilters }, [record]);
    expect(resolution.reason).toBe(reason);
    expect(diagnostics).toEqual([]);
  });

  test.each([
    { what: "another strategy", filter: { ...everyone, strategy: 2 }, said: "its strategy is 2, not 1" },
    { what: "no strategy", filter: { ...everyone, strategy: 0 }, said: "its strategy is 0, not 1" },
    { what: "no bits", filter: { ...everyone, bitCount: 0n }, said: "it has 0 bits" },
    { what: "fewer than no bits", filter: { ...everyone, bitCount: -1n }, said: "it has -1 bits" },
  ])("$what: left out, and replaces none before it", ({ filter, said }) => {
    const message = `a bloom filter is left out: ${said}`;
    const alone = imported({ ...ofVips, bloomFilters: [filter] });
    expect(alone.resolution.reason).toBe("MATERIALIZATION_NOT_SUPPORTED");
    expect(alone.diagnostics).toEqual([{ entry: named.materializedSegment, severity: "suspect", message }]);
    expect(imported({ ...ofVips, bloomFilters: [noOne, filter] }).resolution.reason).toBe("NO_SEGMENT_MATCH");
  });

  test("a name that is too long for an id: the filter stands under its digest, records under the name", () => {
    const name = "m".repeat(300);
    const asked = { kind: { case: "materializedSegment" as const, value: { materializedSegment: name } } };
    const long: StateInit = { flags, segments: [segment("segments/all", { a: asked })] };
    const filtered = imported({ ...long, bloomFilters: [{ ...everyone, materializedSegment: name }] });
    expect(filtered.resolution.reason).toBe("MATCH");
    expect(filtered.diagnostics).toMatchObject([{ entry: expect.stringMatching(/^sha256:/), severity: "suspect" }]);
    const stored = imported(long, [{ ...record, materialization: name }]);
    expect([stored.resolution.reason, stored.diagnostics]).toEqual(["MATCH", []]);
  });

  test("larger than an entry may be: what asks it is an error", () => {
    const { resolution, diagnostics } = imported({
      ...ofVips,
      bloomFilters: [{ ...everyone, data: new Uint8Array(1_100_000) }],
    });
    expect(resolution).toMatchObject({ reason: "ERROR", errorCode: "PARSE_ERROR" });
    expect(diagnostics).toMatchObject([{ entry: named.materializedSegment, severity: "quarantined" }]);
  });
});

describe("sticky assignments", () => {
  const materialization = { write: "materializations/m", read: "materializations/m", mode: { mustMatch: true } };
  const stickyRule = rule("f", { materialization });
  const sticky: StateInit = { flags: [flag("f", { rules: [stickyRule] })], segments: [ALL] };
  const stored = {
    unit: "u",
    materialization: "materializations/m",
    rule: "flags/f/rules/everybody",
    variant: "flags/f/variants/on",
  };
  test.each([
    { what: "without a store", records: undefined, reason: "MATERIALIZATION_NOT_SUPPORTED" },
    { what: "stored", records: [stored], reason: "MATCH" },
    { what: "not stored, must match", records: [], reason: "NO_SEGMENT_MATCH" },
  ])("$what: $reason", ({ records, reason }) => {
    expect(imported(sticky, records).resolution.reason).toBe(reason);
  });

  test("a new one is written under the state's names", () => {
    const rules = [rule("f", { materialization: { write: "materializations/m" } })];
    const { resolution } = imported({ flags: [flag("f", { rules })], segments: [ALL] }, []);
    expect(resolution.writes).toEqual([stored]);
  });
});
