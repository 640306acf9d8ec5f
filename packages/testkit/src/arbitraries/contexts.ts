/** Contexts whose attributes meet the literals of random bundles, and the ways to supply sticky records. @module */
import type { EvaluationContext, MaterializationRecord } from "@aplomb/core";
import fc from "fast-check";
import { anyOf, hotOf, mostly } from "./draw.js";
import {
  type HomeKind,
  MATERIALIZATIONS,
  NUMBERS,
  NUMERIC_TEXTS,
  RULES,
  TEXTS,
  TIMESTAMPS,
  UNITS,
  VARIANTS,
  VERSIONS,
} from "./pools.js";

const dates = [new Date(0), new Date(1704067200000), new Date(1704067200500), new Date(Number.NaN), new Date(9e14)];
const homes: Readonly<Record<HomeKind, fc.Arbitrary<unknown>>> = {
  number: mostly<unknown>(
    [6, hotOf(NUMBERS)],
    [2, hotOf(NUMERIC_TEXTS)],
    [1, anyOf([Number.NaN, -Infinity, "a", " 1", "x"])],
  ),
  string: mostly<unknown>([6, hotOf(TEXTS)], [2, hotOf(NUMBERS)], [1, anyOf(["a\uD800", "\uDC00"])]),
  version: mostly<unknown>([8, hotOf(VERSIONS)], [1, hotOf(NUMBERS)]),
  timestamp: mostly<unknown>([6, hotOf(TIMESTAMPS)], [2, hotOf(NUMBERS)], [2, anyOf(dates)]),
  bool: mostly<unknown>([4, fc.boolean()], [1, anyOf(["true", "TRUE", "True", "false"])]),
};
const notJson: readonly unknown[] = [
  null,
  undefined,
  7n,
  () => 1,
  Symbol("s"),
  {},
  { p: "a" },
  [[]],
  [[null]],
  [["a"]],
];

function attributeValues(home: HomeKind): fc.Arbitrary<unknown> {
  const element = mostly<unknown>([8, homes[home]], [1, anyOf(notJson)]);
  return mostly<unknown>(
    [20, homes[home]],
    [4, fc.array(element, { maxLength: 3 })],
    [2, anyOf(notJson)],
    [1, fc.oneof(...Object.values(homes))],
  );
}

/** A context, from which every attribute is missing now and then. */
export function contexts(): fc.Arbitrary<EvaluationContext> {
  const unit = mostly<unknown>(
    [24, hotOf(UNITS)],
    [3, anyOf([42, -0, 1e21, 1.5, 123456789012345680000])],
    [1, anyOf(notJson)],
  );
  const lent = fc.record({ targetingKey: unit });
  const own = fc.record({ targetingKey: unit, targeting_key: unit });
  const subject = mostly<object>([8, lent], [2, own], [1, fc.constant({})]);
  const attributes = fc.record(
    {
      n: attributeValues("number"),
      s: attributeValues("string"),
      v: attributeValues("version"),
      t: attributeValues("timestamp"),
      b: attributeValues("bool"),
      l: fc.array(hotOf(TEXTS), { maxLength: 3 }),
      o: mostly<unknown>([6, fc.record({ p: attributeValues("string") })], [1, hotOf(TEXTS)]),
      "": anyOf([{ "": "a" }, "a", 1]),
      a: fc.constant({ "": { b: "a" } }),
      "a.b": fc.constant("never found"),
    },
    { requiredKeys: [] },
  );
  return fc.tuple(subject, attributes).map(([named, others]) => ({ ...named, ...others }) as EvaluationContext);
}

/** A complete set of sticky records, some of which are about the shared units and rules. */
export function materializationRecords(): fc.Arbitrary<MaterializationRecord[]> {
  const record = fc.record({
    unit: hotOf(UNITS),
    materialization: anyOf(MATERIALIZATIONS),
    rule: anyOf(RULES),
    variant: mostly([6, fc.constant("on")], [3, anyOf(VARIANTS)], [1, fc.constant("unheard of")]),
  });
  return mostly([1, fc.array(record, { maxLength: 4 })], [3, fc.array(record, { minLength: 15, maxLength: 40 })]);
}
