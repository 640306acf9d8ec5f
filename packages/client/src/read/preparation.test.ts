/** What was looked up ahead answers as if everything that is stored were known. @module */
import { evaluate, openBundle } from "@aplomb/core";
import { bundles, contexts, materializationRecords } from "@aplomb/testkit/arbitraries";
import fc from "fast-check";
import { expect, test } from "vitest";
import { memoryStickyStore } from "../sticky-store.js";
import { evaluatePrepared, needsOf, Preparation } from "./preparation.js";

const numRuns = process.env.APLOMB_DEEP === "1" ? 20_000 : 300;

test("prepared ≡ evaluated with all that is stored, for every bundle, context and store", async () => {
  const law = fc.asyncProperty(bundles(), contexts(), materializationRecords(), async (bytes, context, records) => {
    const set = openBundle(bytes);
    const store = memoryStickyStore();
    await store.write(records);
    const { reads } = needsOf(set, context, set.flagKeys);
    const prepared = new Preparation(reads, await store.read(reads));
    for (const key of set.flagKeys) {
      const known = evaluate(set, key, {}, context, { materializations: records });
      expect(evaluatePrepared(set, key, {}, context, prepared)).toStrictEqual(known);
    }
  });
  await fc.assert(law, { numRuns });
});
