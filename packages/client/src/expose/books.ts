/** The ledger of a pipeline as others may read it. @module */
import type { Courier } from "../courier.js";
import { type DeliveryCounters, type DeliveryLedger, totalOf } from "../delivery-counters.js";
import type { DeliveryCounts } from "../flag-client.js";
import type { ExposureQueue } from "./exposure-queue.js";

/** The books of a pipeline. */
export interface Books {
  counters(): DeliveryCounters;
  /** What a call got through, by what was acknowledged before it. */
  countsSince(ackedBefore: number): DeliveryCounts;
}

/** Opens the books. */
export function openBooks(ledger: DeliveryLedger, queue: ExposureQueue, courier: Courier): Books {
  return {
    counters() {
      const { rejected, dropped } = ledger;
      const copies = { rejected: { ...rejected }, dropped: { ...dropped } };
      return { ...ledger, ...copies, queued: queue.length, queuedBytes: queue.sizeBytes, ...courier.counters };
    },
    countsSince(ackedBefore) {
      const dropped = totalOf(ledger.dropped) + totalOf(ledger.rejected);
      const pending = queue.length + courier.counters.spooled + ledger.inFlight;
      return { delivered: ledger.acked - ackedBefore, pending, dropped };
    },
  };
}
