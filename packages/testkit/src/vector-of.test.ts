/** Findings as vectors: written out and read back, they say the same. @module */
import fc from "fast-check";
import { expect, test } from "vitest";
import { bundles, contexts, materializationRecords } from "./arbitraries/index.js";
import { comparedResolution, type ResolveCase, type Vector, vectorCases } from "./conformance.js";
import { naiveResolve, naiveStateOf } from "./naive/index.js";
import { vectorOf } from "./vector-of.js";

test("a finding that is written as a vector and read back resolves alike", () => {
  const law = fc.property(bundles(), contexts(), materializationRecords(), (bundle, context, materializations) => {
    for (const flag of naiveStateOf(bundle).flags.keys()) {
      const expected = naiveResolve(bundle, flag, context, { materializations });
      const text = vectorOf({ bundle, flag, context, options: { materializations }, expected });
      const [read] = vectorCases([{ path: "found", ...JSON.parse(text) } as Vector]) as [ResolveCase];
      const again = naiveResolve(read.bundle, read.flag, read.context, read.options);
      expect(comparedResolution(again, read.expect)).toEqual(read.expect);
      expect(again).toEqual(expected);
    }
  });
  fc.assert(law, { numRuns: 200 });
});
