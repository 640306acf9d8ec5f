/** Seals records into a batch: here exposures get their ids, and bytes become final. @module */
import {
  type BundleStatus,
  type Exposure,
  exposureOf,
  type TrackEvent,
  writeExposureBatch,
} from "@aplomb/core/delivery";
import type { Clock } from "../clock.js";
import type { DeliveryLedger } from "../delivery-counters.js";
import type { DeliveryRecord } from "../delivery-record.js";
import type { Seal } from "./sealed-batch.js";

/** What sealing needs. */
export interface SealParts {
  readonly sdk: string;
  readonly audience: string;
  /** 16 random bytes, drawn when the client was made. */
  readonly instanceId: Uint8Array;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly clock: Clock;
  readonly ledger: DeliveryLedger;
  readonly bundleStatus: () => BundleStatus;
}

/** Makes the function that seals. */
export function createSeal(parts: SealParts): Seal {
  const { sdk, audience, instanceId, randomBytes, clock, ledger, bundleStatus } = parts;
  const seal: Seal = (records) => {
    const createdAtMs = clock.nowMs();
    const bytes = writeExposureBatch({
      batchId: randomBytes(16),
      instanceId,
      sequenceFirst: records[0]?.sequence ?? 0,
      sequenceLast: records.at(-1)?.sequence ?? 0,
      createdAtMs,
      sdk,
      audience,
      bundleStatus: bundleStatus(),
      losses: new Map(Object.entries(ledger.dropped)),
      ...contentOf(records, audience),
    });
    const middle = records.length >> 1;
    return {
      count: records.length,
      firstSequence: records[0]?.sequence ?? 0,
      createdAtMs,
      sealedAtMs: clock.monotonicMs(),
      isKept: false,
      records,
      read: () => bytes,
      halves: () => (middle > 0 ? [seal(records.slice(0, middle)), seal(records.slice(middle))] : []),
      forget() {},
    };
  };
  return seal;
}

/** What of records is sent. */
export function contentOf(
  records: readonly DeliveryRecord[],
  audience: string,
): { readonly exposures: Exposure[]; readonly trackEvents: TrackEvent[] } {
  return {
    exposures: records.flatMap(({ details, atMs }) => (details && exposureOf(details, { audience, atMs })) ?? []),
    trackEvents: records.flatMap(({ event, atMs }) => (event ? [{ ...event, trackedAtMs: atMs }] : [])),
  };
}
