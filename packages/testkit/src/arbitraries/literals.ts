/** Literals of targeting rules. @module */
import type { ValueSchema } from "@aplomb/proto/bundle";
import fc from "fast-check";
import { anyOf, hotOf, type InitOf, mostly } from "./draw.js";
import { type HomeKind, MOMENTS, NUMBERS, TEXTS, VERSIONS } from "./pools.js";

type LiteralInit = InitOf<typeof ValueSchema>;

const byKind: Readonly<Record<HomeKind, fc.Arbitrary<LiteralInit>>> = {
  bool: fc.boolean().map((value) => ({ kind: { case: "bool", value } })),
  string: hotOf(TEXTS).map((value) => ({ kind: { case: "string", value } })),
  number: mostly([9, hotOf(NUMBERS)], [1, anyOf([Number.NaN, Number.POSITIVE_INFINITY])]).map((value) => ({
    kind: { case: "number", value },
  })),
  timestamp: hotOf(MOMENTS).map((value) => ({ kind: { case: "timestamp", value } })),
  version: hotOf(VERSIONS).map((value) => ({ kind: { case: "version", value } })),
};
const anyScalar = fc.oneof(...Object.values(byKind));
const nullText: LiteralInit = { kind: { case: "string", value: "null" } };
const list: fc.Arbitrary<LiteralInit> = fc
  .array(mostly([3, fc.constant(nullText)], [1, anyScalar]), { maxLength: 2 })
  .map((values) => ({ kind: { case: "list", value: { values } } }));

/** A literal that mostly has the kind that the attribute mostly has. */
export function literalFor(home: HomeKind): fc.Arbitrary<LiteralInit> {
  return mostly([24, byKind[home]], [4, anyScalar], [1, list], [1, fc.constant({})]);
}
