/** Random contexts and stored assignments whose names meet those of random states. @module */
import type { EvaluationContext, MaterializationRecord } from "@aplomb/core";
import fc from "fast-check";

const units = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<string | number>("u", "v", "", 1, -0, 1e21) },
  { weight: 1, arbitrary: fc.constantFrom<string | number | boolean | null>(null, true, 0.5, "é".repeat(51)) },
);
const values = fc.oneof(
  units,
  fc.double(),
  fc.boolean(),
  fc.string({ maxLength: 3 }),
  fc.constantFrom("1.2.3", "2024-02-29T12:00:00Z", "1e3", "true"),
);
const attributes = fc.oneof(values, fc.array(values, { maxLength: 3 }));

/** A context with the attributes that the criteria and units of random states ask for, or without them. */
export const arbitraryContexts: fc.Arbitrary<EvaluationContext> = fc.record(
  { targeting_key: units, x: attributes, a: fc.oneof(fc.record({ b: attributes }), values), "": attributes },
  { requiredKeys: [] },
);

/** Stored assignments of a few units under the names of random states. */
export const arbitraryRecords: fc.Arbitrary<MaterializationRecord[]> = fc.array(
  fc.record({
    unit: fc.constantFrom("u", "v", "", "1"),
    materialization: fc.constantFrom("m", "materializedSegments/m", "materializedSegments/n", ""),
    rule: fc.oneof(fc.constant(""), fc.string({ maxLength: 1 })),
    variant: fc.constantFrom("on", "off", "none", ""),
  }),
  { maxLength: 6 },
);
