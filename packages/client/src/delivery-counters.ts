/** What became of every exposure and event, in numbers that only rise. @module */

/** Why a record was given up here. */
export type DropReason =
  | "queue_full"
  | "spool_full"
  | "too_old"
  | "oversize"
  | "malformed"
  | "persist_error"
  | "consent"
  | "closed";

/**
 * What became of every exposure and event of one client, counted since it was made.
 *
 * At every moment `enqueued` and `recovered` together are the sum of `acked`, `rejected`, `dropped`, `queued`, `spooled`
 * and `inFlight`.
 */
export interface DeliveryCounters {
  readonly enqueued: number;
  /** Taken over from earlier runs, which had kept them. */
  readonly recovered: number;
  /** Repeats within the window; not enqueued. */
  readonly deduplicated: number;
  /** Given to the sink, once for each attempt. */
  readonly sent: number;
  /** Stored by the endpoint. */
  readonly acked: number;
  /** Of those acked, how many the endpoint had stored before: an acknowledgement had been lost. */
  readonly duplicateAcked: number;
  /** Refused by the endpoint, by its code. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly dropped: Readonly<Record<string, number>>;
  /** In memory, waiting to be sealed. */
  readonly queued: number;
  readonly queuedBytes: number;
  /** Kept where they survive the process, and not on their way. */
  readonly spooled: number;
  /** Of all that is kept, on its way or not. */
  readonly spooledBytes: number;
  /** Sealed, and not yet settled. */
  readonly inFlight: number;
  readonly batchesRetried: number;
  /** Records that should have been kept and could not be; they waited in memory instead. */
  readonly persistErrors: number;
  /** "open" after five failures in a row: until a batch is stored, there are only probes. */
  readonly breaker: "closed" | "open";
  /** How long ago the endpoint last stored a batch, in milliseconds; undefined before the first. */
  readonly lastSuccessAgeMs: number | undefined;
}

/** The counters as the pipeline keeps them. */
export interface DeliveryLedger {
  enqueued: number;
  recovered: number;
  deduplicated: number;
  sent: number;
  acked: number;
  duplicateAcked: number;
  inFlight: number;
  batchesRetried: number;
  persistErrors: number;
  readonly rejected: Record<string, number>;
  readonly dropped: Record<string, number>;
}

/** Starts counting. */
export function createLedger(): DeliveryLedger {
  const ofRecords = { enqueued: 0, recovered: 0, deduplicated: 0, sent: 0, acked: 0, duplicateAcked: 0, inFlight: 0 };
  return { ...ofRecords, batchesRetried: 0, persistErrors: 0, rejected: {}, dropped: {} };
}

/** Adds to one of the counts by name. */
export function addTo(counts: Record<string, number>, name: string, by: number): void {
  counts[name] = (counts[name] ?? 0) + by;
}

/** The sum of all counts. */
export function totalOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
