/** Evaluation from bytes to details: reasons, codes, defaults, types and paths. @module */
import { atLeast, bundleBytes, equalTo, fullRollout, inSegment, oneOf, segmentOf, split } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { openBundle } from "../open-bundle.js";
import type { JsonValue } from "../value.js";
import { evaluate, evaluateAll, evaluateValue } from "./evaluate.js";

const nested = { enabled: true, layout: { columns: 2, title: "Pay" }, tags: ["a"], nothing: null };
const flagSet = openBundle(
  bundleBytes({
    segments: {
      everyone: {},
      nordics: segmentOf(oneOf("country", "SE", "NO", "DK")),
      adults: segmentOf({ and: [inSegment("nordics"), atLeast("age", 18)] }),
      half: {
        allocation: { storedBits: 1_000_000, form: { case: "ranges", value: { bounds: [500_000, 1_000_000] } } },
      },
      broken: new Uint8Array([0xff]),
    },
    flags: {
      static: { variants: [{ name: "on", value: nested }], rules: [fullRollout("r", "everyone", "on")] },
      targeted: { variants: [{ name: "on", value: nested }], rules: [fullRollout("r", "nordics", "on")] },
      adults: { variants: [{ name: "on", value: { value: true } }], rules: [fullRollout("r", "adults", "on")] },
      split: {
        variants: [
          { name: "a", value: { value: "A" } },
          { name: "b", value: { value: "B" } },
        ],
        rules: [split("r", "everyone", { a: 50, b: 50 })],
      },
      half: { variants: [{ name: "on", value: nested }], rules: [fullRollout("r", "half", "on")] },
      default: { rules: [fullRollout("r", "everyone", "(client default)")] },
      off: { state: 2, variants: [{ name: "on", value: nested }], rules: [fullRollout("r", "everyone", "on")] },
      remote: { state: 3 },
      unknown: { rules: [fullRollout("r", "everyone", "missing")] },
      reachesBroken: { rules: [fullRollout("r", "broken", "on")] },
      unreadable: new Uint8Array([0x0a, 0x7f]),
      newer: new Uint8Array([0xf8, 0x07, 0x01]),
    },
  }),
  { bundleVersion: 7, bundleId: "abc" },
);
const swede = { targetingKey: "user-1", country: "SE", age: 20 };

describe("evaluate", () => {
  test.each<{ key: string; def: JsonValue; value: JsonValue; reason: string; code?: string }>([
    { key: "static.enabled", def: false, value: true, reason: "STATIC" },
    { key: "static.layout.columns", def: 1, value: 2, reason: "STATIC" },
    { key: "static.layout", def: {}, value: nested.layout, reason: "STATIC" },
    { key: "static", def: {}, value: nested, reason: "STATIC" },
    { key: "static.tags", def: [], value: ["a"], reason: "STATIC" },
    { key: "static.nothing", def: "x", value: "x", reason: "STATIC" },
    { key: "static.absent", def: "x", value: "x", reason: "STATIC" },
    { key: "static.enabled.deeper", def: "x", value: "x", reason: "STATIC" },
    { key: "static.enabled", def: "x", value: "x", reason: "ERROR", code: "TYPE_MISMATCH" },
    { key: "static", def: { enabled: "x" }, value: { enabled: "x" }, reason: "ERROR", code: "TYPE_MISMATCH" },
    { key: "targeted.enabled", def: false, value: true, reason: "TARGETING_MATCH" },
    { key: "adults", def: false, value: true, reason: "TARGETING_MATCH" },
    { key: "split", def: "?", value: "A", reason: "SPLIT" },
    { key: "split.value", def: "?", value: "A", reason: "SPLIT" },
    { key: "half.enabled", def: false, value: true, reason: "SPLIT" },
    { key: "default", def: "mine", value: "mine", reason: "DEFAULT" },
    { key: "off.enabled", def: false, value: false, reason: "DISABLED" },
    { key: "remote", def: 1, value: 1, reason: "ERROR", code: "PROVIDER_NOT_READY" },
    { key: "unknown", def: 1, value: 1, reason: "ERROR", code: "GENERAL" },
    { key: "reachesBroken", def: 1, value: 1, reason: "ERROR", code: "PARSE_ERROR" },
    { key: "unreadable", def: 1, value: 1, reason: "ERROR", code: "PARSE_ERROR" },
    { key: "newer", def: 1, value: 1, reason: "ERROR", code: "PARSE_ERROR" },
    { key: "nope.a.b", def: 1, value: 1, reason: "ERROR", code: "FLAG_NOT_FOUND" },
    { key: "", def: 1, value: 1, reason: "ERROR", code: "FLAG_NOT_FOUND" },
    { key: "__proto__", def: 1, value: 1, reason: "ERROR", code: "FLAG_NOT_FOUND" },
    { key: "toString", def: 1, value: 1, reason: "ERROR", code: "FLAG_NOT_FOUND" },
  ])("$key with default $def → $value, $reason $code", ({ key, def, value, reason, code }) => {
    const details = evaluate(flagSet, key, def, swede);
    expect({ value: details.value, reason: details.reason, code: details.errorCode }).toEqual({ value, reason, code });
    expect(evaluateValue(flagSet, key, def, swede)).toEqual(value);
  });

  test.each([
    { why: "another country", context: { ...swede, country: "FI" } },
    { why: "no country", context: { targetingKey: "user-1" } },
  ])("no match for $why gives the default with DEFAULT", ({ context }) => {
    expect(evaluate(flagSet, "targeted.enabled", false, context)).toMatchObject({ value: false, reason: "DEFAULT" });
  });

  test("says where the answer comes from", () => {
    expect(evaluate(flagSet, "split", "?", swede).flagMetadata).toEqual({
      ...{ resolutionReason: "MATCH", ruleId: "r", segment: "everyone", assignmentId: "r/a", bucket: 0 },
      ...{ bundleVersion: 7, bundleId: "abc" },
    });
  });

  test("A bad entry is named, and the others are unharmed", () => {
    const bad = flagSet.diagnostics.filter(({ severity }) => severity === "quarantined").map(({ entry }) => entry);
    expect(bad.sort()).toEqual(["broken", "newer", "unreadable"]);
    expect(flagSet.diagnostics).toContainEqual({
      ...{ entry: "unknown", severity: "suspect" },
      message: 'rule "r" assigns the variant "missing", which the flag lacks',
    });
  });
});

describe("P-12 hostile contexts", () => {
  const cycle: Record<string, unknown> = { targetingKey: "u" };
  cycle.self = cycle;
  const deep = JSON.parse(`${'{"a":'.repeat(1_000)}1${"}".repeat(1_000)}`) as Record<string, unknown>;
  const deepList = JSON.parse(`${"[".repeat(1_000)}1${"]".repeat(1_000)}`) as unknown[];
  const endlessList: unknown[] = [];
  endlessList.push(endlessList);
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`a${i}`, i]));
  const thrower = {
    get country(): string {
      throw new Error("boom");
    },
  };
  const proxy = new Proxy(
    {},
    {
      get: () => {
        throw new Error("boom");
      },
    },
  );
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();
  test.each<{ name: string; context: unknown; code: string }>([
    { name: "a text of 10 MB", context: { country: "x".repeat(10_000_000) }, code: "INVALID_CONTEXT" },
    { name: "a list of 10,001", context: { country: Array(10_001).fill("SE") }, code: "INVALID_CONTEXT" },
    { name: "lists 1,000 deep", context: { country: deepList }, code: "INVALID_CONTEXT" },
    { name: "a list in itself", context: { country: endlessList }, code: "INVALID_CONTEXT" },
    {
      name: "a million elements in lists",
      context: { country: Array(100).fill(Array(10_000).fill("SE")) },
      code: "GENERAL",
    },
    { name: "a throwing getter", context: thrower, code: "GENERAL" },
    { name: "a throwing proxy", context: proxy, code: "GENERAL" },
    { name: "a revoked proxy", context: revoked, code: "GENERAL" },
    { name: "null", context: null, code: "INVALID_CONTEXT" },
    { name: "a number", context: 7, code: "INVALID_CONTEXT" },
  ])("$name → the default and $code", ({ context, code }) => {
    const details = evaluate(flagSet, "targeted.enabled", false, context as Record<string, unknown>);
    expect(details).toMatchObject({ value: false, reason: "ERROR", errorCode: code });
    expect(evaluateValue(flagSet, "targeted.enabled", false, context as Record<string, unknown>)).toBe(false);
  });

  test.each<{ name: string; context: Record<string, unknown> }>([
    { name: "a cycle", context: cycle },
    { name: "depth 1,000", context: deep },
    { name: "10,000 attributes", context: many },
    { name: "a text of 10 MB", context: { email: "x".repeat(10_000_000) } },
  ])("$name beside what is read changes nothing", ({ context }) => {
    const details = evaluate(flagSet, "targeted.enabled", false, { ...context, country: "SE" });
    expect(details).toMatchObject({ value: true, reason: "TARGETING_MATCH" });
  });

  test.each([10n, Symbol("s"), () => 1, new Date(Number.NaN), undefined])("%s counts as absent", (country) => {
    expect(evaluate(flagSet, "targeted.enabled", false, { country }).reason).toBe("DEFAULT");
  });

  test("a getter that evaluates again does not disturb the evaluation around it", () => {
    const context = {
      targetingKey: "user-1",
      get country() {
        return evaluateValue(flagSet, "split", "?", { targetingKey: "user-1" }) === "A" ? "SE" : "FI";
      },
    };
    expect(evaluateValue(flagSet, "targeted.enabled", false, context)).toBe(true);
  });
});

describe("evaluateAll", () => {
  test("answers every flag, or those asked for", () => {
    expect([...evaluateAll(flagSet, swede).keys()]).toEqual([...flagSet.flagKeys]);
    const some = evaluateAll(flagSet, swede, ["static", "nope"]);
    expect([...some].map(([key, { value }]) => [key, value])).toEqual([["static", nested]]);
  });

  test("an unmatched flag's value is the empty object", () => {
    expect(evaluateAll(flagSet, {}, ["targeted"]).get("targeted")).toMatchObject({ value: {}, reason: "DEFAULT" });
  });
});

test("the longest condition path reads own properties only", () => {
  const set = openBundle(
    bundleBytes({
      segments: { s: segmentOf(equalTo("a.b.c", "x")) },
      flags: { f: { variants: [{ name: "on", value: { value: true } }], rules: [fullRollout("r", "s", "on")] } },
    }),
  );
  expect(evaluateValue(set, "f", false, { a: { b: { c: "x" } } })).toBe(true);
  expect(evaluateValue(set, "f", false, { "a.b.c": "x" })).toBe(false);
  expect(evaluateValue(set, "f", false, { a: Object.create({ b: { c: "x" } }) })).toBe(false);
});
