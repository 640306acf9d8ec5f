/** What there is to send: the outbox and the queue in memory as one, oldest first. @module */
import { addTo, type DeliveryLedger } from "../delivery-counters.js";
import type { DeliveryLimits } from "../delivery-limits.js";
import type { DeliveryRecord } from "../delivery-record.js";
import type { ExposureQueue } from "../expose/exposure-queue.js";
import type { Outbox } from "../outbox.js";
import type { Seal, SealedBatch } from "./sealed-batch.js";

/** What there is to send. */
export interface Supply {
  /** Records that wait to be sealed. */
  readonly length: number;
  /** Whether there is enough for a batch, or something that has waited long enough. */
  readonly isDue: boolean;
  /** The oldest record's place; infinite when there is none. */
  readonly firstSequence: number;
  /** Seals the oldest records; undefined if there are none that can be. */
  next(): SealedBatch | undefined;
  /** The same of what is queued in memory alone; undefined also when there is nothing. */
  nextQueued(): SealedBatch | undefined;
  /** Hands a batch that must wait to the outbox, which gives it out again. False: it stays with the caller. */
  keepBatch(batch: SealedBatch): boolean;
  /** Keeps what came while nothing could be kept, as far as that goes now. Returns how many records wait in all. */
  keepQueued(): number;
}

/** What a supply is made of. */
export interface SupplyParts {
  readonly queue: ExposureQueue;
  readonly outbox: Outbox | undefined;
  readonly seal: Seal;
  readonly ledger: DeliveryLedger;
  readonly limits: DeliveryLimits;
}

/** Joins a queue and an outbox. */
export function createSupply({ queue, outbox, seal, ledger, limits }: SupplyParts): Supply {
  const keptFirst = (): number => outbox?.firstSequence ?? Number.POSITIVE_INFINITY;

  const length = (): number => queue.length + (outbox?.length ?? 0);

  const take = (): readonly DeliveryRecord[] => queue.take(limits.batchRecords, limits.batchBytes);

  /** Gives up what cannot be sealed: that would stop everything behind it. */
  function nextQueued(): SealedBatch | undefined {
    for (let records = take(); records.length > 0; records = take()) {
      try {
        const batch = seal(records);
        ledger.inFlight += batch.count;
        return batch;
      } catch {
        addTo(ledger.dropped, "malformed", records.length);
      }
    }
    return undefined;
  }

  function takeKept(): SealedBatch | undefined {
    const batch = outbox?.take();
    ledger.inFlight += batch?.count ?? 0;
    return batch;
  }

  /** What cannot be kept now either was counted when it came. */
  function keepQueued(): number {
    const { persistErrors } = ledger;
    const queued: DeliveryRecord[] = [];
    while (outbox && queue.length > 0) queued.push(...queue.take(queue.length, Number.POSITIVE_INFINITY));
    const place = queued.findIndex((record) => !outbox?.keep(record));
    for (const record of place < 0 ? [] : queued.slice(place)) queue.add(record);
    ledger.persistErrors = persistErrors;
    return length();
  }

  return {
    get length() {
      return length();
    },
    get isDue() {
      return queue.length >= limits.batchRecords || queue.sizeBytes >= limits.batchBytes || outbox?.isDue === true;
    },
    get firstSequence() {
      return Math.min(queue.firstSequence, keptFirst());
    },
    next: () => (keptFirst() < queue.firstSequence ? takeKept() : nextQueued()),
    nextQueued,
    keepBatch(batch) {
      if (batch.isKept || !outbox?.keepBatch(batch)) return false;
      ledger.inFlight -= batch.count;
      return true;
    },
    keepQueued,
  };
}
