/** Takes the oldest records off the queue and seals them. @module */
import { addTo, type DeliveryLedger } from "../delivery-counters.js";
import type { DeliveryLimits } from "../host.js";
import type { ExposureQueue } from "./exposure-queue.js";
import type { Seal, SealedBatch } from "./sealed-batch.js";

/** Makes the function that does it. It gives up what cannot be sealed: that would stop everything behind it. */
export function createSealNext(
  queue: ExposureQueue,
  seal: Seal,
  ledger: DeliveryLedger,
  limits: DeliveryLimits,
): () => SealedBatch | undefined {
  return () => {
    const records = queue.take(limits.batchRecords, limits.batchBytes);
    try {
      const batch = seal(records);
      ledger.inFlight += records.length;
      return batch;
    } catch {
      addTo(ledger.dropped, "malformed", records.length);
      return undefined;
    }
  };
}
