/** The ledger of a pipeline as others may read it. @module */
import { type DeliveryCounters, type DeliveryLedger, totalOf } from "../delivery-counters.js";
import type { DeliveryCounts } from "../flag-client.js";
import type { Outbox } from "../outbox.js";
import type { ExposureQueue } from "./exposure-queue.js";
import type { Pace } from "./pace.js";

/** The books of a pipeline. */
export interface Books {
  counters(): DeliveryCounters;
  /** What a call got through, by what was acknowledged before it. */
  countsSince(ackedBefore: number): DeliveryCounts;
}

/** Opens the books. */
export function openBooks(ledger: DeliveryLedger, queue: ExposureQueue, outbox: Outbox | undefined, pace: Pace): Books {
  return {
    counters() {
      const { rejected, dropped } = ledger;
      const copies = { rejected: { ...rejected }, dropped: { ...dropped } };
      const inMemory = { queued: queue.length, queuedBytes: queue.sizeBytes };
      const kept = { spooled: outbox?.length ?? 0, spooledBytes: outbox?.sizeBytes ?? 0 };
      const breaker = pace.isProbing ? "open" : "closed";
      return { ...ledger, ...copies, ...inMemory, ...kept, breaker, lastSuccessAgeMs: pace.storedAgoMs };
    },
    countsSince(ackedBefore) {
      const dropped = totalOf(ledger.dropped) + totalOf(ledger.rejected);
      const pending = queue.length + (outbox?.length ?? 0) + ledger.inFlight;
      return { delivered: ledger.acked - ackedBefore, pending, dropped };
    },
  };
}
