/** Compiled ≡ naive: two evaluators that share no code, on random bundles and contexts. @module */
import { isDeepStrictEqual } from "node:util";
import { bundles, contexts, materializationRecords } from "@aplomb/testkit/arbitraries";
import { naiveResolve, naiveStateOf } from "@aplomb/testkit/naive";
import { vectorOf } from "@aplomb/testkit/vector-of";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Resolution } from "./details.js";
import { resolve } from "./evaluate/resolve.js";
import { openBundle } from "./open-bundle.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const numRuns = isDeep ? 40_000 : 1_000;
const atLeast = isDeep ? 1_000_000 : 20_000;

/** A resolution without its message, which may differ, and with nothing where there is nothing. */
function comparable({ errorMessage: _, ...rest }: Resolution): object {
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
}

test("the compiled evaluator resolves every flag as the naive one does", () => {
  let compared = 0;
  const someContexts = fc.array(contexts(), { minLength: 1, maxLength: 8 });
  const law = fc.property(bundles(), someContexts, materializationRecords(), (bytes, some, records) => {
    const state = naiveStateOf(bytes);
    const flagSet = openBundle(bytes);
    for (const context of some) {
      for (const materializations of [undefined, "deferred", records] as const) {
        const options = materializations === undefined ? {} : { materializations };
        for (const flag of state.flags.keys()) {
          const expected = naiveResolve(state, flag, context, options);
          const compiled = comparable(resolve(flagSet, flag, context, options));
          compared++;
          if (!isDeepStrictEqual(compiled, comparable(expected))) {
            const vector = vectorOf({ bundle: bytes, flag, context, options, expected });
            expect(compiled, `as a vector:\n${vector}\n`).toEqual(comparable(expected));
          }
        }
      }
    }
  });
  fc.assert(law, { numRuns });
  console.log(`compiled ≡ naive: ${compared.toLocaleString("en")} resolutions compared`);
  expect(compared).toBeGreaterThan(atLeast);
}, 1_800_000);
