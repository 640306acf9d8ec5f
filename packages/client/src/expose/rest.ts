/** What is left when a pipeline ends, or when nothing may be sent any more. @module */
import { addTo, type DeliveryLedger, type DropReason } from "../delivery-counters.js";
import type { Outbox } from "../outbox.js";
import type { ExposureQueue } from "./exposure-queue.js";
import type { SealedBatch } from "./sealed-batch.js";
import type { Settlement } from "./settlement.js";
import type { Supply } from "./supply.js";

/** Where something may be left. */
export interface RestParts {
  readonly queue: ExposureQueue;
  readonly outbox: Outbox | undefined;
  readonly supply: Supply;
  readonly settlement: Settlement;
  readonly ledger: DeliveryLedger;
}

/** What is left. */
export interface Rest {
  /** Leaves in the outbox what can be kept, and gives up the rest. */
  putAway(unsettled: readonly SealedBatch[]): void;
  /** Deletes everything, wherever it is. */
  clear(unsettled: readonly SealedBatch[]): void;
}

/** Takes care of what is left. */
export function createRest({ queue, outbox, supply, settlement, ledger }: RestParts): Rest {
  function dropQueued(reason: DropReason): void {
    while (queue.length > 0) addTo(ledger.dropped, reason, queue.take(queue.length, Number.POSITIVE_INFINITY).length);
  }

  function leave(batch: SealedBatch): void {
    if (supply.keepBatch(batch)) return;
    if (!batch.isKept) return settlement.dropped(batch, "closed");
    outbox?.putBack(batch);
    ledger.inFlight -= batch.count;
  }

  return {
    putAway(unsettled) {
      unsettled.forEach(leave);
      if (outbox) for (let batch = supply.nextQueued(); batch; batch = supply.nextQueued()) leave(batch);
      dropQueued("closed");
      outbox?.close();
    },
    clear(unsettled) {
      for (const batch of unsettled) settlement.dropped(batch, "consent");
      dropQueued("consent");
      const kept = outbox?.clear() ?? 0;
      if (kept > 0) addTo(ledger.dropped, "consent", kept);
    },
  };
}
