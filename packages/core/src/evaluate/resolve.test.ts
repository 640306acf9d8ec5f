/** How rules, units, buckets and segments resolve: semantics sections 4 and 5.2. @module */
import {
  bundleBytes,
  equalTo,
  fullRollout,
  inSegment,
  type RuleInit,
  type SegmentInit,
  segmentOf,
  split,
} from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { bucketOf } from "../bucket.js";
import { openBundle } from "../open-bundle.js";
import { resolve } from "./resolve.js";

const variants = ["a", "b"].map((name) => ({ name, value: { value: name } }));

function resolveRules(rules: RuleInit[], context: Record<string, unknown>, segments: Record<string, SegmentInit> = {}) {
  const bytes = bundleBytes({ segments: { everyone: {}, ...segments }, flags: { f: { variants, rules } } });
  return resolve(openBundle(bytes), "f", context);
}

const full = fullRollout("full", "everyone", "a");
const cut = split("cut", "everyone", { a: 50, b: 50 });
const byOrg = split("org", "everyone", { a: 100 }, { bucketCount: 101, unitSelector: "org.id" });

describe("units", () => {
  test.each<{ context: Record<string, unknown>; unit: string }>([
    { context: { targetingKey: "u" }, unit: "u" },
    { context: { targeting_key: "own", targetingKey: "lent" }, unit: "own" },
    { context: { targeting_key: "" }, unit: "" },
    { context: { targeting_key: 42 }, unit: "42" },
    { context: { targeting_key: -0 }, unit: "-0" },
    { context: { targeting_key: 1e21 }, unit: "1000000000000000000000" },
    { context: { targeting_key: 2 ** 70 }, unit: "1180591620717411303424" },
    { context: { targeting_key: "x".repeat(100) }, unit: "x".repeat(100) },
    { context: { targeting_key: new Date(0) }, unit: "1970-01-01T00:00:00.000Z" },
  ])("$context is hashed as $unit", ({ context, unit }) => {
    expect(resolveRules([cut], context)).toMatchObject({
      ...{ reason: "MATCH", unit, variant: bucketOf("cut", unit, 100) < 50 ? "a" : "b" },
    });
  });

  test.each<{ key: unknown; reason: string; forFull: string }>([
    { key: undefined, reason: "NO_SEGMENT_MATCH", forFull: "MATCH" },
    { key: null, reason: "NO_SEGMENT_MATCH", forFull: "MATCH" },
    { key: true, reason: "TARGETING_KEY_ERROR", forFull: "MATCH" },
    { key: 1.5, reason: "TARGETING_KEY_ERROR", forFull: "MATCH" },
    { key: Number.NaN, reason: "TARGETING_KEY_ERROR", forFull: "MATCH" },
    { key: ["u"], reason: "TARGETING_KEY_ERROR", forFull: "MATCH" },
    { key: { id: 1 }, reason: "TARGETING_KEY_ERROR", forFull: "MATCH" },
    { key: "é".repeat(51), reason: "TARGETING_KEY_ERROR", forFull: "MATCH" },
    { key: 10n, reason: "NO_SEGMENT_MATCH", forFull: "MATCH" },
  ])("$key cannot be hashed: $reason, and a full rollout gives $forFull", ({ key, reason, forFull }) => {
    expect(resolveRules([cut], { targeting_key: key }).reason).toBe(reason);
    expect(resolveRules([full], { targeting_key: key })).toMatchObject({ reason: forFull, unit: "" });
  });

  test.each<{ context: Record<string, unknown>; reason: string }>([
    { context: { targetingKey: "u" }, reason: "NO_SEGMENT_MATCH" },
    { context: { org: { id: "o" } }, reason: "MATCH" },
    { context: { org: { id: ["o"] } }, reason: "TARGETING_KEY_ERROR" },
  ])("a selector of its own: $context → $reason", ({ context, reason }) => {
    expect(resolveRules([byOrg], context).reason).toBe(reason);
  });
});

describe("rules", () => {
  const context = { targetingKey: "u" };
  const off = { ...full, enabled: false };
  const nowhere = fullRollout("nowhere", "absent", "b");
  const passed = fullRollout("passed", "everyone", "(fallthrough)");
  const bad = fullRollout("bad", "everyone", "missing");
  test.each<{ name: string; rules: RuleInit[]; expected: object }>([
    { name: "no rules", rules: [], expected: { reason: "NO_SEGMENT_MATCH", shouldExpose: false } },
    { name: "a rule that is off", rules: [off], expected: { reason: "NO_SEGMENT_MATCH" } },
    { name: "a segment the bundle lacks", rules: [nowhere, full], expected: { rule: "full", variant: "a" } },
    {
      name: "a rule without a split",
      rules: [{ name: "r", segment: "everyone", enabled: true }, full],
      expected: { rule: "full" },
    },
    {
      name: "an assignment without outcome",
      rules: [
        { ...full, name: "n", split: { bucketCount: 1, assignments: [{ ranges: [{ lower: 0, upper: 1 }] }] } },
        full,
      ],
      expected: { rule: "full" },
    },
    {
      name: "a client default",
      rules: [fullRollout("c", "everyone", "(client default)"), full],
      expected: { reason: "MATCH", variant: "", rule: "c", shouldExpose: true, value: undefined },
    },
    {
      name: "an unknown variant",
      rules: [bad],
      expected: { reason: "ERROR", errorCode: "GENERAL", shouldExpose: false },
    },
    {
      name: "an error drops fallthroughs",
      rules: [passed, bad],
      expected: { reason: "ERROR", fallthroughs: [], shouldExpose: false },
    },
    {
      name: "a fallthrough alone is exposed",
      rules: [passed],
      expected: { reason: "NO_SEGMENT_MATCH", shouldExpose: true },
    },
    { name: "no salt", rules: [{ ...cut, salt: undefined }], expected: { reason: "ERROR", errorCode: "GENERAL" } },
    {
      name: "no buckets",
      rules: [{ ...cut, split: { bucketCount: 0 } }],
      expected: { reason: "ERROR", errorCode: "GENERAL" },
    },
    { name: "negative buckets", rules: [{ ...cut, split: { bucketCount: -5 } }], expected: { reason: "ERROR" } },
    {
      name: "a full rollout of no buckets",
      rules: [
        {
          ...full,
          split: {
            bucketCount: 0,
            assignments: [{ id: "x", outcome: { case: "variant", value: "a" }, ranges: [{ lower: 0, upper: 0 }] }],
          },
        },
      ],
      expected: { reason: "MATCH", variant: "a" },
    },
    {
      name: "sticky, where nothing can be stored",
      rules: [{ ...full, materialization: { write: "m" } }],
      expected: { reason: "MATERIALIZATION_NOT_SUPPORTED", shouldExpose: false },
    },
  ])("$name", ({ rules, expected }) => {
    expect(resolveRules(rules, context)).toMatchObject(expected);
  });

  test("a fallthrough is recorded with its unit, and the next rule goes on", () => {
    const resolution = resolveRules([passed, full], { targetingKey: "u" });
    expect(resolution.fallthroughs).toEqual([
      { rule: "passed", assignmentId: "passed/all", unit: "u", unitSelector: "" },
    ]);
    expect(resolution.variant).toBe("a");
  });

  test("a bad targeting key keeps the fallthroughs before it", () => {
    expect(resolveRules([passed, cut], { targeting_key: [] })).toMatchObject({
      ...{ reason: "TARGETING_KEY_ERROR", shouldExpose: true, fallthroughs: [{ rule: "passed", unit: "" }] },
    });
  });

  test("two half ranges are no full rollout", () => {
    const halves = { lower: 0, upper: 1 };
    const rule = {
      ...full,
      salt: "s",
      split: {
        bucketCount: 2,
        assignments: [
          { id: "x", outcome: { case: "variant" as const, value: "a" }, ranges: [halves, { lower: 1, upper: 2 }] },
        ],
      },
    };
    expect(resolveRules([rule], {}).reason).toBe("NO_SEGMENT_MATCH");
    expect(resolveRules([rule], { targetingKey: "u" }).variant).toBe("a");
  });
});

describe("allocations", () => {
  const bucket = bucketOf("test", "u", 1_000_000);
  const ranges = (...bounds: number[]) => ({ case: "ranges" as const, value: { bounds } });
  const bit = new Uint8Array(125_000);
  bit[bucket >> 3] = 1 << (bucket & 7);
  test.each<{ name: string; allocation: SegmentInit["allocation"] & object; key?: string; matches: boolean }>([
    {
      name: "the unit's bucket",
      allocation: { storedBits: 1_000_000, form: ranges(bucket, bucket + 1) },
      key: "u",
      matches: true,
    },
    {
      name: "the bucket before",
      allocation: { storedBits: 1_000_000, form: ranges(bucket - 1, bucket) },
      key: "u",
      matches: false,
    },
    {
      name: "the bucket after",
      allocation: { storedBits: 1_000_000, form: ranges(bucket + 1, bucket + 2) },
      key: "u",
      matches: false,
    },
    {
      name: "a line that ends before",
      allocation: { storedBits: bucket, form: ranges(0, 1_000_000) },
      key: "u",
      matches: false,
    },
    {
      name: "the unit's bit",
      allocation: { storedBits: 1_000_000, form: { case: "bits", value: bit } },
      key: "u",
      matches: true,
    },
    {
      name: "no bits",
      allocation: { storedBits: 1_000_000, form: { case: "bits", value: new Uint8Array() } },
      key: "u",
      matches: false,
    },
    {
      name: "a salt of its own",
      allocation: { salt: "other", storedBits: 1_000_000, form: ranges(bucket, bucket + 1) },
      key: "u",
      matches: false,
    },
    { name: "everybody, without a unit", allocation: { storedBits: 10, form: ranges(0, 10) }, matches: true },
    { name: "nearly everybody, without a unit", allocation: { storedBits: 10, form: ranges(0, 9) }, matches: false },
    { name: "an empty line, without a unit", allocation: { storedBits: 0 }, matches: true },
    { name: "an empty line, with a unit", allocation: { storedBits: 0 }, key: "u", matches: false },
  ])("$name → $matches", ({ allocation, key, matches }) => {
    const context = key === undefined ? {} : { targetingKey: key };
    const { reason } = resolveRules([fullRollout("r", "s", "a")], context, { s: { allocation } });
    expect(reason).toBe(matches ? "MATCH" : "NO_SEGMENT_MATCH");
  });
});

describe("P-10 segments that refer to each other", () => {
  const chain = (length: number, last: SegmentInit): Record<string, SegmentInit> => ({
    ...Object.fromEntries(Array.from({ length }, (_, i) => [`s${i}`, segmentOf(inSegment(`s${i + 1}`))])),
    [`s${length}`]: last,
  });
  const doubled = (length: number): Record<string, SegmentInit> => ({
    ...Object.fromEntries(
      Array.from({ length }, (_, i) => [`s${i}`, segmentOf({ and: [inSegment(`s${i + 1}`), inSegment(`s${i + 1}`)] })]),
    ),
    [`s${length}`]: segmentOf(equalTo("country", "SE")),
  });
  test.each<{ name: string; segments: Record<string, SegmentInit>; matches: boolean }>([
    { name: "itself", segments: { s0: segmentOf(inSegment("s0")) }, matches: false },
    { name: "not itself", segments: { s0: segmentOf({ not: inSegment("s0") }) }, matches: true },
    { name: "a cycle of two", segments: chain(1, segmentOf(inSegment("s0"))), matches: false },
    { name: "a cycle of three", segments: chain(2, segmentOf({ not: inSegment("s0") })), matches: true },
    {
      name: "a cycle below",
      segments: chain(2, segmentOf({ or: [inSegment("s1"), equalTo("country", "SE")] })),
      matches: true,
    },
    { name: "a missing segment", segments: chain(3, segmentOf(inSegment("absent"))), matches: false },
    {
      name: "a diamond",
      segments: {
        s0: segmentOf({ and: [inSegment("l"), inSegment("r")] }),
        l: segmentOf(inSegment("d")),
        r: segmentOf(inSegment("d")),
        d: {},
      },
      matches: true,
    },
    { name: "a chain of 100", segments: chain(100, {}), matches: true },
    { name: "a chain of 10,000", segments: chain(10_000, segmentOf(equalTo("country", "SE"))), matches: true },
    { name: "a cycle of 1,000", segments: chain(999, segmentOf({ not: inSegment("s0") })), matches: true },
    { name: "2^64 paths of diamonds", segments: doubled(64), matches: true },
    { name: "2^500 paths of diamonds", segments: doubled(500), matches: true },
  ])("$name → $matches", ({ segments, matches }) => {
    const { reason } = resolveRules([fullRollout("r", "s0", "a")], { country: "SE" }, segments);
    expect(reason).toBe(matches ? "MATCH" : "NO_SEGMENT_MATCH");
  });

  test("an evaluation that takes too many steps is an error of that flag", () => {
    const both = (i: number) => segmentOf({ or: [inSegment(`s${i + 1}`), inSegment(`s${i + 1}`), inSegment("s0")] });
    const segments = Object.fromEntries(Array.from({ length: 24 }, (_, i) => [`s${i}`, both(i)]));
    expect(resolveRules([fullRollout("r", "s0", "a")], {}, segments)).toMatchObject({
      reason: "ERROR",
      errorCode: "GENERAL",
    });
  });
});
