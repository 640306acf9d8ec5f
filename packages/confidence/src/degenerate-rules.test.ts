/** Rules that no editor would write, through an imported state: with a unit, and without. @module */
import { openBundle, resolve } from "@aplomb/core";
import { describe, expect, test } from "vitest";
import { ALL, BY_SECRET, flag, type RuleInit, rule, stateBytes } from "../test/state-builder.js";
import { importResolverState } from "./import-resolver-state.js";

type Split = RuleInit["split"] & object;
type Assignments = NonNullable<Exclude<Split, { readonly $typeName: string }>["assignments"]>;

const on = { case: "variant" as const, value: { variant: "flags/f/variants/on" } };
const unknown = { case: "variant" as const, value: { variant: "flags/f/variants/gone" } };
const from = (lower: number, upper: number) => ({ lower, upper });
const cut = (bucketCount: number, ...assignments: Assignments): RuleInit => ({ split: { bucketCount, assignments } });
const half = { id: "a", outcome: on, ranges: [from(0, 1)] };
const segments = [ALL, { name: "nameless" }, { name: "segments/x/y" }];

/** What flag `f` answers by one rule: the end of the variant's name, or the reason, and the error's code. */
function answers(init: RuleInit): string[] {
  const state = stateBytes({ flags: [flag("f", { rules: [rule("f", init)] })], segments });
  const flagSet = openBundle(importResolverState(state, BY_SECRET).bundle);
  return [{ targeting_key: "u" }, {}].map((context) => {
    const { variant, reason, errorCode } = resolve(flagSet, "f", context);
    return variant === "" ? `${reason} ${errorCode ?? ""}`.trim() : (variant.split("/").at(-1) as string);
  });
}

describe("a rule", () => {
  const none = "NO_SEGMENT_MATCH";
  const error = "ERROR GENERAL";
  test.each([
    { what: "of all buckets", init: cut(9, { id: "a", outcome: on, ranges: [from(0, 9)] }), unit: "on", nobody: "on" },
    { what: "of no buckets, all of them", init: cut(0, { outcome: on, ranges: [{}] }), unit: "on", nobody: "on" },
    {
      what: "of fewer than none, none of them",
      init: cut(-7, { outcome: on, ranges: [{}] }),
      unit: "on",
      nobody: "on",
    },
    { what: "of fewer than none", init: cut(-7, half), unit: error, nobody: none },
    { what: "of no buckets", init: cut(0, half), unit: error, nobody: none },
    { what: "of no buckets and no assignments", init: cut(0), unit: error, nobody: none },
    { what: "of no assignments", init: cut(9), unit: none, nobody: none },
    {
      what: "with two halves",
      init: cut(2, { outcome: on, ranges: [from(0, 1), from(1, 2)] }),
      unit: "on",
      nobody: none,
    },
    { what: "with two assignments", init: cut(1, half, half), unit: "on", nobody: none },
    {
      what: "with a range that ends first",
      init: cut(1, { outcome: on, ranges: [from(1, 0)] }),
      unit: none,
      nobody: none,
    },
    { what: "with a range around all", init: cut(1, { outcome: on, ranges: [from(-5, 5)] }), unit: "on", nobody: none },
    {
      what: "with an assignment of nothing",
      init: cut(1, { id: "a", ranges: [from(0, 1)] }),
      unit: none,
      nobody: none,
    },
    { what: "with a variant that is gone", init: cut(1, { ...half, outcome: unknown }), unit: error, nobody: error },
    { what: "without a split", init: { split: undefined }, unit: none, nobody: none },
    { what: "without a segment", init: { segment: "" }, unit: none, nobody: none },
    {
      what: "of a segment without a slash, cut",
      init: { ...cut(2, half), segment: "nameless" },
      unit: error,
      nobody: none,
    },
    { what: "of a segment without a slash, whole", init: { segment: "nameless" }, unit: "on", nobody: "on" },
    {
      what: "of a segment with two",
      init: { ...cut(1, half, half), segment: "segments/x/y" },
      unit: "on",
      nobody: none,
    },
    { what: "without a name", init: { name: "" }, unit: "on", nobody: "on" },
    { what: "with a unit of another name", init: { unitSelector: "visitor" }, unit: none, nobody: none },
  ])("$what: $unit, without a unit $nobody", ({ init, unit, nobody }) => {
    expect(answers(init)).toEqual([unit, nobody]);
  });
});
