/** A4 as a law, held by the naive evaluator: deferring changes nothing but the time. @module */
import type { MaterializationRead, MaterializationRecord } from "@aplomb/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bundles, contexts, materializationRecords } from "../arbitraries/index.js";
import { naiveResolve, naiveStateOf } from "./index.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const someContexts = fc.array(contexts(), { minLength: 1, maxLength: 8 });

/** What a store would return for some reads. */
function answersTo(
  reads: readonly MaterializationRead[],
  stored: readonly MaterializationRecord[],
): MaterializationRecord[] {
  return stored.filter((record) =>
    reads.some(
      (read) =>
        read.unit === record.unit &&
        read.materialization === record.materialization &&
        (read.rule === "" || read.rule === record.rule),
    ),
  );
}

test("a deferred evaluation with its reads supplied equals the one that had every record from the start", () => {
  const law = fc.property(bundles(), someContexts, materializationRecords(), (bytes, some, stored) => {
    const state = naiveStateOf(bytes);
    for (const context of some) {
      for (const key of state.flags.keys()) {
        const complete = naiveResolve(state, key, context, { materializations: stored });
        const deferred = naiveResolve(state, key, context, { materializations: "deferred" });
        const supplied = answersTo(deferred.pending ?? [], stored);
        const resumed =
          deferred.reason === "PENDING" ? naiveResolve(state, key, context, { materializations: supplied }) : deferred;
        expect(resumed).toEqual(complete);
      }
    }
  });
  fc.assert(law, { numRuns: isDeep ? 50_000 : 500 });
}, 600_000);

test("a flag that is not pending has no reads, and a pending one neither fallthroughs nor writes", () => {
  const law = fc.property(bundles(), someContexts, (bytes, some) => {
    const state = naiveStateOf(bytes);
    for (const context of some) {
      for (const key of state.flags.keys()) {
        const resolution = naiveResolve(state, key, context, { materializations: "deferred" });
        const isPending = resolution.reason === "PENDING";
        expect(resolution.pending !== undefined).toBe(isPending);
        if (isPending) expect([resolution.fallthroughs, resolution.writes]).toEqual([[], []]);
      }
    }
  });
  fc.assert(law, { numRuns: isDeep ? 50_000 : 500 });
}, 600_000);
