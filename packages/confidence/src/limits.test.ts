/** States beside and beyond what a client of ours takes: one entry goes, or the import as a whole. @module */
import { openBundle, resolve } from "@aplomb/core";
import { describe, expect, test } from "vitest";
import {
  ALL,
  BY_SECRET,
  drawn,
  type ExpressionInit,
  flag,
  packed,
  rule,
  type StateInit,
  segment,
  stateBytes,
} from "../test/state-builder.js";
import { importResolverState } from "./import-resolver-state.js";

const text = (sizeBytes: number) => "é".repeat(sizeBytes / 2);
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const on = "flags/f/variants/on";

/** A segment of whoever has one of so many values, each of so many bytes. */
function ofValues(count: number, sizeBytes = 6) {
  const values = times(count, (i) => ({
    kind: { case: "string" as const, value: String(i).padStart(sizeBytes, "0") },
  }));
  const value = { path: "x", rule: { case: "set" as const, value: { values } } };
  return segment("segments/all", { a: { kind: { case: "attribute", value } } });
}

/** Flag `f` and its segment, and flag `g`, which has nothing to do with them. */
function withOther({ flags = [flag("f")], segments = [ALL], ...more }: StateInit): StateInit {
  const other = flag("g", { rules: [rule("g", { segment: "segments/other" })] });
  return { flags: [...flags, other], segments: [...segments, { name: "segments/other" }], ...more };
}

function imported(init: StateInit) {
  const { bundle, diagnostics } = importResolverState(stateBytes(init), BY_SECRET);
  const flagSet = openBundle(bundle);
  const [f, g] = ["f", "g"].map((key) => resolve(flagSet, key, { targeting_key: "a", x: "000000" }));
  return { f, g, diagnostics };
}

describe("what fits", () => {
  const variants = (count: number) => times(count, (i) => ({ name: i === 0 ? on : `flags/f/variants/${i}` }));
  const scattered = (count: number) => drawn("segments/all", [212_344, ...times(count, (i) => 100 * i)]);
  const row = times(10_000, (i) => {
    const value = { segment: i === 0 ? "segments/all" : `segments/${i - 1}` };
    return segment(`segments/${i}`, { a: { kind: { case: "segment", value } } });
  });
  const last = rule("f", { segment: "segments/9999" });
  test.each<{ what: string; init: StateInit }>([
    { what: "a key of 256 bytes", init: { flags: [flag("f"), flag(text(256))] } },
    { what: "256 variants", init: { flags: [flag("f", { variants: variants(256) })] } },
    { what: "1,000 rules", init: { flags: [flag("f", { rules: times(1_000, () => rule("f")) })] } },
    {
      what: "a text of 64 KiB",
      init: { flags: [flag("f", { variants: [{ name: on, value: { t: text(65_536) } }] })] },
    },
    { what: "a segment of 24,900 values", init: { segments: [ofValues(24_900)] } },
    {
      what: "many values, and units in many places",
      init: { segments: [ofValues(20_000)], bitsets: [scattered(9_000)] },
    },
    {
      what: "some values, and units in many places",
      init: { segments: [ofValues(4_000)], bitsets: [scattered(9_999)] },
    },
    { what: "10,000 segments in a row", init: { flags: [flag("f", { rules: [last] })], segments: [ALL, ...row] } },
  ])("$what", ({ init }) => {
    const { f, g, diagnostics } = imported(withOther(init));
    expect([f?.reason, g?.reason, diagnostics]).toEqual(["MATCH", "MATCH", []]);
  });
});

describe("what does not fit is an error of the flags that reach it", () => {
  const variants = (count: number, value = {}) => times(count, (i) => ({ name: i === 0 ? on : `v${i}`, value }));
  const bits = packed("segments/all", new Uint8Array(125_001));
  const membership = { kind: { case: "materializedSegment" as const, value: { materializedSegment: "m" } } };
  const filter = { materializedSegment: "m", strategy: 1, bitCount: 8n, data: new Uint8Array(1_048_576) };
  test.each<{ what: string; init: StateInit; entry: string; said: string }>([
    {
      what: "257 variants",
      init: { flags: [flag("f", { variants: variants(257) })] },
      entry: "f",
      said: "257 variants",
    },
    {
      what: "1,001 rules",
      init: { flags: [flag("f", { rules: times(1_001, () => rule("f")) })] },
      entry: "f",
      said: "1001 rules",
    },
    {
      what: "a longer text",
      init: { flags: [flag("f", { variants: variants(1, { t: text(65_538) }) })] },
      entry: "f",
      said: "a text of 65538 bytes",
    },
    {
      what: "a flag of more than 1 MiB",
      init: { flags: [flag("f", { variants: variants(20, { t: text(60_000) }) })] },
      entry: "f",
      said: "an entry of 12",
    },
    { what: "more values", init: { segments: [ofValues(25_100)] }, entry: "segments/all", said: "too many" },
    {
      what: "a segment over 1 MiB",
      init: { segments: [ofValues(9_000, 120)] },
      entry: "segments/all",
      said: "an entry",
    },
    { what: "too many buckets", init: { bitsets: [bits] }, entry: "segments/all", said: "more than 1000000 buckets" },
    {
      what: "a filter of more than 1 MiB",
      init: { segments: [segment("segments/all", { a: membership })], bloomFilters: [filter] },
      entry: "m",
      said: "an entry of",
    },
  ])("$what", ({ init, entry, said }) => {
    const { f, g, diagnostics } = imported(withOther(init));
    expect(f).toMatchObject({ reason: "ERROR", errorCode: "PARSE_ERROR" });
    expect(g).toMatchObject({ reason: "MATCH" });
    expect(diagnostics).toEqual([{ entry, severity: "quarantined", message: expect.stringContaining(said) }]);
  });
});

describe("the import as a whole", () => {
  const bits = packed(
    "",
    Uint8Array.from({ length: 125_000 }, (_, i) => (i % 2 === 0 ? 0b0101_0101 : 0b0011_0101)),
  );
  const scattered = (count: number): StateInit => ({
    flags: [flag("f", { rules: times(count, (i) => rule("f", { segment: `segments/${i}` })) })],
    segments: times(count, (i) => ({ name: `segments/${i}` })),
    bitsets: times(count, (i) => ({ ...bits, segment: `segments/${i}` })),
  });
  const many = (count: number): StateInit => ({
    flags: times(count, (i) => ({ name: `flags/${i}`, state: 1, clients: ["clients/web"] })),
  });

  test("20,000 flags and 260 scattered allocations fit", () => {
    const { flags = [] } = many(19_999);
    const { flags: rest = [], ...more } = scattered(260);
    const { bundle, diagnostics } = importResolverState(stateBytes({ flags: [...flags, ...rest], ...more }), BY_SECRET);
    expect([openBundle(bundle).flagCount, diagnostics]).toEqual([20_000, []]);
  });

  test("everything that is wrong is said, however much it is", () => {
    const gone = rule("gone"); // gives a variant that the others lack
    const flags = times(1_100, (i) => flag(`f${i}`, { rules: [gone] }));
    const large = flag("z", { variants: [{ name: "flags/z/variants/on", value: { t: text(65_538) } }] });
    const { diagnostics } = importResolverState(stateBytes({ flags: [...flags, large], segments: [ALL] }), BY_SECRET);
    expect(diagnostics.filter(({ severity }) => severity === "suspect")).toHaveLength(1_100);
    expect(diagnostics.filter(({ severity }) => severity === "quarantined")).toMatchObject([{ entry: "z" }]);
  });

  test.each([
    { what: "flags", init: many(20_001), said: "more than 20000 flags" },
    { what: "scattered allocations", init: scattered(270), said: "a bundle of 33" },
  ])("more $what are refused, with what to do", ({ init, said }) => {
    const remedy = "It gets smaller with fewer environments, or for a client that fewer flags list.";
    expect(() => importResolverState(stateBytes(init), BY_SECRET)).toThrow(
      new RegExp(`^LIMIT: no client would take the imported bundle: ${said}.*\\. ${remedy}$`),
    );
  });
});

describe("nesting", () => {
  const nested = (depth: number, wrap: (inner: ExpressionInit) => ExpressionInit): StateInit => {
    const expression = times(depth, () => wrap).reduce<ExpressionInit>((inner, next) => next(inner), {});
    return { segments: [segment("segments/all", {}, expression)] };
  };
  const not = (value: ExpressionInit) => ({ kind: { case: "not" as const, value } });
  const both = (which: "and" | "or") => (inner: ExpressionInit) => ({
    kind: { case: which, value: { operands: [not({}), inner] } },
  });
  const value = (depth: number) => times(depth, () => 0).reduce<object>((inner) => ({ a: inner }), {});
  const valued = (depth: number) => ({
    flags: [flag("f", { variants: [{ name: on, value: value(depth) as never }] })],
  });

  test.each([
    { what: "96 NOT", init: nested(96, not), reason: "NO_SEGMENT_MATCH" },
    { what: "97 NOT", init: nested(97, not), reason: "MATCH" },
    { what: "48 AND", init: nested(48, both("and")), reason: "NO_SEGMENT_MATCH" },
    { what: "48 OR", init: nested(48, both("or")), reason: "MATCH" },
    { what: "32 objects in a value", init: valued(32), reason: "MATCH" },
  ])("$what answer", ({ init, reason }) => {
    const { f, diagnostics } = imported(withOther(init));
    expect([f?.reason, diagnostics]).toEqual([reason, []]);
  });

  test.each([
    { what: "98 NOT", init: nested(98, not) },
    { what: "49 AND", init: nested(49, both("and")) },
    { what: "49 OR", init: nested(49, both("or")) },
    { what: "33 objects in a value", init: valued(33) },
  ])("$what are refused", ({ init }) => {
    const said = "MALFORMED: this is no resolver state: messages are nested more than 100 deep";
    expect(() => imported(withOther(init))).toThrow(said);
  });
});
