/** What is written of an allocation is what is read of it. @module */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Line } from "../allocation.js";
import { readSource } from "../read/read-source.js";
import { checkAllocationSchema } from "../validate/check-schema.js";
import { formatAllocation } from "./format-allocation.js";

const NAMES = ["a", "on", "off", "null", "true", "e1", "constructor", "fallthrough"];
const bucket = fc.integer({ min: 0, max: 999_999 });
const line: fc.Arbitrary<Line> = fc.dictionary(
  fc.constantFrom(...NAMES),
  bucket.map((lower) => [lower, lower + 1]),
);
/** Many that look like numbers: digits, and the letter of an exponent at the end of the first half. */
const half = (digits: string) => fc.string({ unit: fc.constantFrom(...digits), minLength: 8, maxLength: 8 });
const seal = fc
  .tuple(
    fc.oneof(
      half("0123456789abcdef"),
      half("0123456789"),
      half("01").map((text) => `${text.slice(1)}e`),
    ),
    half("0123456789"),
  )
  .map((halves) => halves.join("-"));

test("law: an allocation that is written and read is the same", () => {
  const byKey = <T>(value: fc.Arbitrary<T>) => fc.dictionary(fc.constantFrom("a/r", "null/true", "e1/e-1"), value);
  const groups = fc.dictionary(fc.constantFrom(...NAMES), line);
  fc.assert(
    fc.property(byKey(line), groups, byKey(seal), (rules, slots, seals) => {
      const { source, problems } = readSource("allocation.lock", formatAllocation({ rules, groups: slots, seals }));
      expect(problems).toEqual([]);
      const { content, problems: found } = checkAllocationSchema(source);
      expect(found).toEqual([]);
      expect(content).toEqual({ rules, groups: slots, seals });
    }),
  );
});
