/** P-06 for batches: damaged ones are decoded or refused, never anything else. @module */
import { createMutator, createSeededRandom } from "@aplomb/testkit";
import { ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { batchBytes, exposures, trackEvent } from "../../test/batches.js";
import { decodeBatch } from "./decode-batch.js";

const MUTANTS = process.env.APLOMB_DEEP === "1" ? 100_000 : 2_000;

test("P-06 a batch: every mutant is decoded or refused with a code", () => {
  const sound = batchBytes({ exposures: exposures(5), trackEvents: [trackEvent({})] });
  const mutant = createMutator([sound], createSeededRandom(6));
  let decoded = 0;
  for (let number = 0; number < MUTANTS; number++) {
    const bytes = mutant();
    try {
      decodeBatch(bytes);
      decoded++;
    } catch (error) {
      if (!(error instanceof ConnectError))
        throw new Error(`mutant ${number}: ${Buffer.from(bytes).toString("hex")}`, { cause: error });
      expect(error.metadata.get("aplomb-code")).toMatch(/^(malformed|too_large)$/);
    }
  }
  expect(decoded).toBeGreaterThan(0);
  expect(decoded).toBeLessThan(MUTANTS);
});
