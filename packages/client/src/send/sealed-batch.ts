/** A sealed batch: an id and bytes that never change, however often they are sent. @module */
import type { DeliveryRecord } from "../delivery-record.js";

/** A batch on its way. */
export interface SealedBatch {
  /** How many records are in it. */
  readonly count: number;
  /** The place of its first record; 0 when an earlier run sealed it. */
  readonly firstSequence: number;
  /** By the wall clock; part of the bytes. */
  readonly createdAtMs: number;
  /** By the monotonic clock; absent when an earlier run sealed it. */
  readonly sealedAtMs?: number | undefined;
  /** Whether it survives the process. */
  readonly isKept: boolean;
  /**
   * What is sent, on every attempt.
   *
   * @throws When what was kept cannot be read; rejects for the same reason.
   */
  read(): Uint8Array | Promise<Uint8Array>;
  /** The same records in two batches with ids of their own, kept where this one is; none if there is but one record. */
  halves(bytes: Uint8Array): readonly SealedBatch[];
  /** It is settled, for good or for bad: nothing is kept of it any longer. */
  forget(): void;
  /** What it was made of; only of one that was sealed in memory. */
  readonly records: readonly DeliveryRecord[];
}

/** Seals records under a new batch id. */
export type Seal = (records: readonly DeliveryRecord[]) => SealedBatch;
