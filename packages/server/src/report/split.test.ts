/** What splits say. @module */
import { RuleSchema } from "@aplomb/proto/bundle";
import { type RuleInit, split } from "@aplomb/testkit";
import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { splitOf } from "./split.js";

const of = (rule: RuleInit) => splitOf(create(RuleSchema, rule));
const ranges = (...bounds: [number, number][]) => bounds.map(([lower, upper]) => ({ lower, upper }));
const toVariant = (value: string) => ({ outcome: { case: "variant" as const, value } });

describe("splitOf", () => {
  test.each([
    { name: "halves", shares: { a: 50, b: 50 }, outcomes: { a: 0.5, b: 0.5 }, coverage: 1 },
    { name: "a tenth of the line", shares: { a: 5, b: 5 }, outcomes: { a: 0.5, b: 0.5 }, coverage: 0.1 },
    { name: "a default", shares: { a: 25, "(client default)": 75 }, outcomes: { a: 0.25, "": 0.75 }, coverage: 1 },
    { name: "a fallthrough", shares: { a: 40, "(fallthrough)": 60 }, outcomes: { a: 1 }, coverage: 0.4 },
    { name: "an empty share", shares: { a: 0, b: 10 }, outcomes: { b: 1 }, coverage: 0.1 },
    { name: "nothing", shares: {}, outcomes: {}, coverage: 0 },
  ])("$name", ({ shares, outcomes, coverage }) => {
    const found = of(split("r", "s", shares));
    expect(Object.fromEntries(found?.outcomes.map(({ variant, share }) => [variant, share]) ?? [])).toEqual(outcomes);
    expect(found?.coverage).toBeCloseTo(coverage);
  });

  test("where assignments overlap, the first holds; what lies beyond the line does not count", () => {
    const assignments = [
      { id: "1", ...toVariant("a"), ranges: ranges([10, 30]) },
      { id: "2", ...toVariant("b"), ranges: ranges([-5, 20], [90, 400]) },
      { id: "3", ...toVariant("a"), ranges: ranges([30, 40]) },
    ];
    const found = of({ name: "r", enabled: true, split: { bucketCount: 100, assignments } });
    expect(found?.outcomes).toEqual([
      { variant: "a", share: 0.6 },
      { variant: "b", share: 0.4 },
    ]);
  });

  test("a rule without a split has none", () => {
    expect(of({ name: "r", enabled: true })).toBeUndefined();
  });

  const base = split("r", "s", { a: 50, b: 50 });
  test.each<{ name: string; rule: RuleInit; same: boolean }>([
    { name: "another segment", rule: split("r", "other", { a: 50, b: 50 }), same: true },
    { name: "another name, same salt", rule: split("q", "s", { a: 50, b: 50 }, { salt: "r" }), same: true },
    { name: "another salt", rule: split("r", "s", { a: 50, b: 50 }, { salt: "x" }), same: false },
    { name: "another unit", rule: split("r", "s", { a: 50, b: 50 }, { unitSelector: "company" }), same: false },
    { name: "other weights", rule: split("r", "s", { a: 60, b: 40 }), same: false },
    { name: "swapped variants", rule: split("r", "s", { b: 50, a: 50 }), same: false },
    { name: "a wider line", rule: split("r", "s", { a: 50, b: 50 }, { bucketCount: 1_000 }), same: false },
  ])("the fingerprint with $name is the same: $same", ({ rule, same }) => {
    expect(of(rule)?.fingerprint === of(base)?.fingerprint).toBe(same);
  });
});
