/** What became of every exposure and event, in numbers that only rise. @module */

/** Why a record was given up here. */
export type DropReason = "queue_full" | "oversize" | "malformed" | "closed";

/**
 * What became of every exposure and event of one client, counted since it was made.
 *
 * At every moment `enqueued` is the sum of `acked`, `rejected`, `dropped`, `queued` and `inFlight`.
 */
export interface DeliveryCounters {
  readonly enqueued: number;
  /** Repeats within the window; not enqueued. */
  readonly deduplicated: number;
  /** Stored by the endpoint. */
  readonly acked: number;
  /** Of those acked, how many the endpoint had stored before: an acknowledgement had been lost. */
  readonly duplicateAcked: number;
  /** Refused by the endpoint, by its code. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly dropped: Readonly<Record<string, number>>;
  /** Waiting to be sealed. */
  readonly queued: number;
  readonly queuedBytes: number;
  /** Sealed, and not yet settled. */
  readonly inFlight: number;
  readonly batchesRetried: number;
}

/** The counters as the pipeline keeps them. */
export interface DeliveryLedger {
  enqueued: number;
  deduplicated: number;
  acked: number;
  duplicateAcked: number;
  inFlight: number;
  batchesRetried: number;
  readonly rejected: Record<string, number>;
  readonly dropped: Record<string, number>;
}

/** Starts counting. */
export function createLedger(): DeliveryLedger {
  const zeros = { enqueued: 0, deduplicated: 0, acked: 0, duplicateAcked: 0, inFlight: 0, batchesRetried: 0 };
  return { ...zeros, rejected: {}, dropped: {} };
}

/** Adds to one of the counts by name. */
export function addTo(counts: Record<string, number>, name: string, by: number): void {
  counts[name] = (counts[name] ?? 0) + by;
}

/** The sum of all counts. */
export function totalOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
