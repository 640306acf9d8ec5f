/** Forgets batch ids once no batch that old is accepted any more, and days that are not to be kept. @module */
import { FlagError, windowDayOf } from "@aplomb/core";
import type { Clock } from "../clock.js";
import type { ExposureStore } from "../exposure-store.js";

/** A day longer than the oldest batch that is accepted: ids outlive every batch that could repeat them. */
const keepBatchIdsMs: number = 72 * 3_600_000;

const sweepEveryMs = 3_600_000;
const dayMs = 86_400_000;

/**
 * Checks how many days are to be kept: 3 or more, since batches are accepted for two days; undefined keeps all.
 *
 * @throws FlagError `OPTION` for anything else.
 */
export function requireKeepDays(keepDays: number | undefined): void {
  if (keepDays === undefined || (Number.isSafeInteger(keepDays) && keepDays >= 3)) return;
  const expected = "expected a whole number of 3 or more, or nothing to keep all";
  throw new FlagError("OPTION", `keepDays is ${keepDays}: ${expected}`);
}

/**
 * Sweeps now and every hour. The returned function ends it.
 *
 * @param onError - Told when a sweep failed; the next one follows all the same.
 * @param keepDays - How many UTC days before the current one are kept. Default: all.
 */
export function keepBatchesFresh(
  store: ExposureStore,
  clock: Clock,
  onError: (error: unknown) => void,
  keepDays?: number,
): () => void {
  let cancel = (): void => undefined;
  const sweep = (): void => {
    store.forgetBatches(clock.nowMs() - keepBatchIdsMs).catch(onError);
    if (keepDays !== undefined) store.forgetDays(windowDayOf(clock.nowMs() - keepDays * dayMs)).catch(onError);
    cancel = clock.setTimer(sweep, sweepEveryMs);
  };
  sweep();
  return () => cancel();
}
