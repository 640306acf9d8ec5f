/** Tells exposures from repeats, for ten minutes each. @module */
import type { Resolution } from "@aplomb/core";
import { createExposureWindow } from "@aplomb/core/reading";
import type { DeliveryRecord } from "../delivery-record.js";

const DEDUP_MS = 600_000;

/** What was exposed lately. */
export interface Repeats {
  /** Whether an exposure is none of those that were exposed lately; it is one from now on. */
  admit(resolution: Resolution, nowMs: number): boolean;
  /** What was lost may be met again. */
  forget(records: readonly DeliveryRecord[]): void;
  forgetAll(): void;
}

/** @param maxRecords - How many are remembered. */
export function createRepeats(maxRecords: number): Repeats {
  let seen = createExposureWindow(maxRecords, DEDUP_MS);
  return {
    admit: (resolution, nowMs) => seen.admit(resolution, nowMs),
    forget(records) {
      for (const { details } of records) if (details?.resolution) seen.forget(details.resolution);
    },
    forgetAll() {
      seen = createExposureWindow(maxRecords, DEDUP_MS);
    },
  };
}
