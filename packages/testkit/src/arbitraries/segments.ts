/** Segments that refer to each other, with targeting and allocations. @module */
import type { AllocationSchema, CriterionSchema, ExpressionSchema, SegmentSchema } from "@aplomb/proto/bundle";
import fc from "fast-check";
import { attributeCriteria } from "./attribute-criteria.js";
import { anyOf, type InitOf, mostly } from "./draw.js";
import { FLAGS, MATERIALIZATIONS, SEGMENTS, VARIANTS } from "./pools.js";

type CriterionInit = InitOf<typeof CriterionSchema>;
type ExpressionInit = InitOf<typeof ExpressionSchema>;
type AllocationInit = InitOf<typeof AllocationSchema>;

/** A segment; references lead in circles and diamonds, and to segments that a bundle may lack. */
export function segments(): fc.Arbitrary<InitOf<typeof SegmentSchema>> {
  const targeting = fc.record({
    criteria: fc.array(criteria(), { minLength: 2, maxLength: 4 }),
    expression: mostly([15, expressions(2)], [1, fc.constant(undefined)]),
  });
  return fc.record({
    targeting: mostly<{ criteria: CriterionInit[]; expression: ExpressionInit | undefined } | undefined>(
      [3, targeting],
      [1, fc.constant(undefined)],
    ),
    allocation: mostly<AllocationInit | undefined>([5, fc.constant(undefined)], [1, allocations()]),
  }) as fc.Arbitrary<InitOf<typeof SegmentSchema>>;
}

function criteria(): fc.Arbitrary<CriterionInit> {
  const prerequisite = fc.record({
    flag: anyOf([...FLAGS, "missing"]),
    variants: fc.subarray([...VARIANTS], { minLength: 1 }),
  });
  return fc.oneof(
    { weight: 20, arbitrary: attributeCriteria().map((value) => ({ kind: { case: "attribute" as const, value } })) },
    { weight: 3, arbitrary: anyOf(SEGMENTS).map((value) => ({ kind: { case: "segment" as const, value } })) },
    {
      weight: 2,
      arbitrary: anyOf(MATERIALIZATIONS).map((value) => ({ kind: { case: "materializedSegment" as const, value } })),
    },
    { weight: 1, arbitrary: prerequisite.map((value) => ({ kind: { case: "prerequisite" as const, value } })) },
    { weight: 1, arbitrary: fc.constant({}) },
  );
}

function expressions(depth: number): fc.Arbitrary<ExpressionInit> {
  const places = mostly([4, fc.constant(0)], [2, fc.constant(1)], [1, fc.integer({ min: 2, max: 4 })]);
  const leaf: fc.Arbitrary<ExpressionInit> = mostly<ExpressionInit>(
    [20, places.map((value) => ({ kind: { case: "criterion" as const, value } }))],
    [1, fc.constant({})],
  );
  if (depth === 0) return leaf;
  const inner = expressions(depth - 1);
  const operands = fc.array(inner, { maxLength: 3 }).map((list) => ({ operands: list }));
  return mostly<ExpressionInit>(
    [5, leaf],
    [4, inner.map((value) => ({ kind: { case: "not" as const, value } }))],
    [2, operands.map((value) => ({ kind: { case: "and" as const, value } }))],
    [4, operands.map((value) => ({ kind: { case: "or" as const, value } }))],
  );
}

const WHOLE_LINE = 1_000_000;
/** Every second bucket of the whole line. */
const everySecond: Uint8Array<ArrayBuffer> = new Uint8Array(WHOLE_LINE / 8).fill(0b01010101);

/** Allocations in both forms (A10), of the whole line, a part of it, or nothing. */
function allocations(): fc.Arbitrary<AllocationInit> {
  const ranges = anyOf([[0, 500_000], [250_000, 750_000], [0, 3], [0, 200_000, 400_000, 900_000], []]);
  const form = mostly<NonNullable<AllocationInit["form"]>>(
    [8, ranges.map((bounds) => ({ case: "ranges" as const, value: { bounds } }))],
    [2, anyOf([everySecond, Uint8Array.of(255), Uint8Array.of(7), new Uint8Array(0)]).map(asBits)],
    [1, fc.constant({ case: undefined })],
  );
  return fc.record(
    { salt: anyOf(["", "salt"]), storedBits: anyOf([WHOLE_LINE, WHOLE_LINE, 500_000, 8, 3, 0]), form },
    { requiredKeys: ["storedBits", "form"] },
  );
}

function asBits(value: Uint8Array<ArrayBuffer>): NonNullable<AllocationInit["form"]> {
  return { case: "bits", value };
}
