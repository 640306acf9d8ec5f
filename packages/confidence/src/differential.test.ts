/** Imported and compiled ≡ read as the specification says and interpreted: two ways that share no code. @module */
import { isDeepStrictEqual } from "node:util";
import { type EvaluationContext, type MaterializationRecord, openBundle, type Resolution, resolve } from "@aplomb/core";
import { naiveResolve } from "@aplomb/testkit/naive";
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryContexts, arbitraryRecords } from "../test/arbitrary-contexts.js";
import { ASKERS, arbitraryStates } from "../test/arbitrary-states.js";
import { naiveStateFrom } from "../test/naive-state.js";
import { realisticContexts, realisticRecords, realisticState } from "../test/realistic-state.js";
import { BY_SECRET, envelopeBytes, type StateInit, stateBytes } from "../test/state-builder.js";
import type { ImportOptions } from "./import-options.js";
import { importResolverState } from "./import-resolver-state.js";

const isDeep = process.env.APLOMB_DEEP === "1";

/** A resolution without its message, which may differ, and with nothing where there is nothing. */
function comparable({ errorMessage: _, ...rest }: Resolution): object {
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
}

/** Compares every flag of a state in some contexts, with and without stored assignments; counts what flags answer. */
function compare(
  init: StateInit,
  asker: ImportOptions,
  contexts: readonly EvaluationContext[],
  records: readonly MaterializationRecord[],
  counts: Map<string, number>,
): void {
  const naive = naiveStateFrom(init, asker);
  const flagSet = openBundle(importResolverState(stateBytes(init), asker).bundle);
  expect([...flagSet.flagKeys].sort()).toEqual([...naive.flags.keys()].sort());
  for (const key of naive.flags.keys()) {
    for (const context of contexts) {
      for (const materializations of [undefined, "deferred", records] as const) {
        const options = materializations === undefined ? {} : { materializations };
        const expected = comparable(naiveResolve(naive, key, context, options));
        const answer = resolve(flagSet, key, context, options);
        counts.set(answer.reason, (counts.get(answer.reason) ?? 0) + 1);
        if (isDeepStrictEqual(comparable(answer), expected)) continue;
        expect(comparable(answer), `flag ${key} of ${JSON.stringify(context)}`).toEqual(expected);
      }
    }
  }
}

test("any state answers as the specification says", { timeout: 1_800_000 }, () => {
  const counts = new Map<string, number>();
  const someContexts = fc.array(arbitraryContexts, { minLength: 1, maxLength: 4 });
  const asked = fc.tuple(arbitraryStates, fc.constantFrom(...ASKERS));
  fc.assert(
    fc.property(asked, someContexts, arbitraryRecords, ([state, asker], contexts, records) => {
      compare(state, asker, contexts, records, counts);
    }),
    { numRuns: isDeep ? 20_000 : 1_500 },
  );
  const reasons = [
    "ERROR",
    "MATCH",
    "MATERIALIZATION_NOT_SUPPORTED",
    "NO_SEGMENT_MATCH",
    "PENDING",
    "TARGETING_KEY_ERROR",
  ];
  expect(reasons.filter((reason) => (counts.get(reason) ?? 0) < 100)).toEqual([]);
});

test("a large, realistic state answers as the specification says", { timeout: 600_000 }, () => {
  const counts = new Map<string, number>();
  const contexts = realisticContexts(isDeep ? 200 : 12);
  compare(realisticState, BY_SECRET, contexts, realisticRecords, counts);
  expect(
    Math.min(...["MATCH", "NO_SEGMENT_MATCH", "PENDING"].map((reason) => counts.get(reason) ?? 0)),
  ).toBeGreaterThan(100);
});

test("a large, realistic state is imported without complaint, in an envelope too", { timeout: 60_000 }, () => {
  const bytes = stateBytes(realisticState);
  const { bundle, diagnostics } = importResolverState(bytes, BY_SECRET);
  expect(diagnostics).toEqual([]);
  const enveloped = importResolverState(envelopeBytes(bytes, BY_SECRET.account), {
    clientSecret: BY_SECRET.clientSecret,
  });
  expect(Buffer.compare(enveloped.bundle, bundle)).toBe(0);
});
