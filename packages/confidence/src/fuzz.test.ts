/** P-06 for states of others: damaged ones are imported or refused with a FlagError, and what is imported opens. @module */
import { isFlagError, openBundle, selfTest } from "@aplomb/core";
import { createMutator, createSeededRandom } from "@aplomb/testkit";
import { expect, test } from "vitest";
import { ALL, BY_SECRET, flag, stateBytes } from "../test/state-builder.js";
import { importResolverState } from "./import-resolver-state.js";

const MUTANTS = process.env.APLOMB_DEEP === "1" ? 50_000 : 1_000;

test("P-06 a resolver state: every mutant is imported or refused", () => {
  const mutant = createMutator([stateBytes({ flags: [flag("f"), flag("g")], segments: [ALL] })], createSeededRandom(6));
  let imported = 0;
  for (let number = 0; number < MUTANTS; number++) {
    const bytes = mutant();
    try {
      const { bundle } = importResolverState(bytes, BY_SECRET);
      for (const _ of selfTest(openBundle(bundle)));
      imported++;
    } catch (error) {
      if (!isFlagError(error))
        throw new Error(`mutant ${number}: ${Buffer.from(bytes).toString("hex")}`, { cause: error });
    }
  }
  expect(imported).toBeGreaterThan(0);
  expect(imported).toBeLessThan(MUTANTS);
});
