/** Flags whose rules split, roll out, fall through and stick. @module */
import {
  type AssignmentSchema,
  type FlagSchema,
  FlagState,
  type MaterializationSchema,
  type RuleSchema,
  ScalarKind,
  type SplitSchema,
  type StructTypeSchema,
  type VariantSchema,
} from "@aplomb/proto/bundle";
import fc from "fast-check";
import { anyOf, type InitOf, mostly, percent } from "./draw.js";
import { MATERIALIZATIONS, RULES, SEGMENTS, VARIANTS } from "./pools.js";

type AssignmentInit = InitOf<typeof AssignmentSchema>;
type SplitInit = InitOf<typeof SplitSchema>;

/** A flag with up to four rules. */
export function flags(): fc.Arbitrary<InitOf<typeof FlagSchema>> {
  return fc.record({
    schema: mostly([1, fc.constant(undefined)], [1, schemas()]),
    variants: fc.array(variants(), { maxLength: 2 }).map((more) => [{ name: "on", value: { on: true } }, ...more]),
    rules: fc.array(rules(), { minLength: 1, maxLength: 4 }),
    state: mostly(
      [30, anyOf([FlagState.ACTIVE, FlagState.UNSPECIFIED])],
      [1, fc.constant(FlagState.DISABLED)],
      [1, fc.constant(FlagState.REMOTE)],
    ),
  }) as fc.Arbitrary<InitOf<typeof FlagSchema>>;
}

function variants(): fc.Arbitrary<InitOf<typeof VariantSchema>> {
  const values = anyOf([{ on: false }, { size: 3, list: [{}] }, { deep: { a: 1 } }, { deep: null }, { extra: "x" }]);
  return fc.record({ name: anyOf(VARIANTS), value: values }, { requiredKeys: ["name"] });
}

function schemas(): fc.Arbitrary<InitOf<typeof StructTypeSchema>> {
  const scalar = { kind: { case: "scalar" as const, value: ScalarKind.INT } };
  const deep = { fields: [{ name: "a", schema: scalar }, { name: "b" }] };
  const fields = [
    { name: "on", schema: scalar },
    { name: "deep", schema: { kind: { case: "struct" as const, value: deep } } },
    { name: "list", schema: { kind: { case: "list" as const, value: {} } } },
    { name: "__proto__", schema: scalar },
  ];
  return fc.subarray(fields).map((drawn) => ({ fields: drawn }));
}

function rules(): fc.Arbitrary<InitOf<typeof RuleSchema>> {
  return fc.record(
    {
      name: mostly([8, anyOf(RULES)], [1, fc.constant("r3")]),
      segment: mostly([12, anyOf(SEGMENTS)], [1, fc.constant("segments/missing")]),
      unitSelector: mostly([8, fc.constant("")], [1, anyOf(["n", "s", "o.p", "targeting_key", "o", "b", "missing"])]),
      enabled: percent(95),
      salt: mostly([19, anyOf(["s1", "s2", ""])], [1, fc.constant(undefined)]),
      split: mostly<SplitInit | undefined>([20, splits()], [1, fc.constant(undefined)]),
      materialization: mostly<InitOf<typeof MaterializationSchema> | undefined>(
        [3, fc.constant(undefined)],
        [1, materializations()],
      ),
    },
    { requiredKeys: ["name", "segment", "unitSelector", "enabled", "split", "materialization"] },
  ) as fc.Arbitrary<InitOf<typeof RuleSchema>>;
}

function materializations(): fc.Arbitrary<InitOf<typeof MaterializationSchema>> {
  return fc.record({
    write: anyOf(MATERIALIZATIONS),
    read: mostly([6, anyOf(["m1", "m2"])], [1, fc.constant("")]),
    mustMatch: fc.boolean(),
    targetingCanBeIgnored: fc.boolean(),
  });
}

const outcome = mostly<NonNullable<AssignmentInit["outcome"]>>(
  [
    14,
    mostly([7, fc.constant("on")], [1, anyOf(["off", "other", ""])]).map((value) => ({
      case: "variant" as const,
      value,
    })),
  ],
  [5, fc.constant({ case: "fallthrough" as const, value: {} })],
  [2, fc.constant({ case: "clientDefault" as const, value: {} })],
  [1, fc.constant({ case: undefined })],
);

/** Full rollouts, halves, and ranges that overlap, leave gaps or are empty. */
function splits(): fc.Arbitrary<SplitInit> {
  const bucketCounts = mostly([12, anyOf([1, 2, 3, 10, 1_000_000])], [1, anyOf([0, -1])]);
  return bucketCounts.chain((bucketCount) => {
    const full = outcome.map((drawn) => [{ id: "all", outcome: drawn, ranges: [{ lower: 0, upper: bucketCount }] }]);
    const edges = anyOf([0, 1, Math.floor(bucketCount / 2), bucketCount]);
    const ranges = fc.array(fc.record({ lower: edges, upper: edges }), { maxLength: 2 });
    const parts = fc.array(fc.record({ id: anyOf(["a1", "a2", ""]), outcome, ranges }), { maxLength: 3 });
    const halves = fc.tuple(outcome, outcome).map(([first, second]) => [
      { id: "low", outcome: first, ranges: [{ lower: 0, upper: Math.ceil(bucketCount / 2) }] },
      { id: "high", outcome: second, ranges: [{ lower: Math.ceil(bucketCount / 2), upper: bucketCount }] },
    ]);
    const assignments = mostly<AssignmentInit[]>([3, full], [3, halves], [2, parts]);
    return assignments.map((drawn) => ({ bucketCount, assignments: drawn }));
  });
}
