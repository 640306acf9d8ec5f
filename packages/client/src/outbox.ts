/** Where a pipeline keeps what is not acknowledged, so that it survives the process or the page. @module */

import type { DeliveryLimits } from "./delivery-limits.js";
import type { DeliveryRecord } from "./delivery-record.js";
import type { SealParts } from "./send/seal-batch.js";
import type { SealedBatch } from "./send/sealed-batch.js";

/**
 * Keeps what is not acknowledged. One outbox serves one pipeline; no method of it throws or rejects.
 *
 * Made by `createOutbox` of `@aplomb/client/outbox` over an `EntryStore`, which is all that differs between hosts.
 */
export interface Outbox {
  /** Records that are kept and not on their way: those of earlier runs, too. */
  readonly length: number;
  readonly sizeBytes: number;
  /** Whether something should go before the interval is over: a full batch, or one of an earlier run. */
  readonly isDue: boolean;
  /** The place of the oldest record; 0 for those of earlier runs, infinite for none. */
  readonly firstSequence: number;
  /** Keeps a record. False: it cannot now, and the pipeline holds the record in memory. */
  keep(record: DeliveryRecord): boolean;
  /** Keeps a batch that was sealed in memory, when it must wait or the pipeline ends. False: it cannot. */
  keepBatch(batch: SealedBatch): boolean;
  /** Seals and takes out the oldest batch, those of earlier runs first. It stays kept until it is `forgotten`. */
  take(): SealedBatch | undefined;
  /** Takes back a batch that will not be sent in this run. */
  putBack(batch: SealedBatch): void;
  /** Takes over what earlier runs left. The pipeline calls it at its start and every few minutes. */
  recover(): Promise<void>;
  /** Deletes everything that is kept: nobody may send it any more. Answers how many records that were. */
  clear(): number;
  /** Lets go of what is kept: it stays for a later run. */
  close(): void;
}

/** What an outbox is told of its pipeline. */
export interface OutboxParts extends SealParts {
  /** Whose records they are: trust domain and audience. Only what was kept under the same name is taken over. */
  readonly name: string;
  readonly limits: DeliveryLimits;
}

/** Opens the outbox of a pipeline; called once for each client. */
export type OpenOutbox = (parts: OutboxParts) => Outbox;
