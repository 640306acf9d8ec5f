/** What is left when a courier ends, or when nothing may be sent any more. @module */
import { addTo, type DeliveryLedger } from "../delivery-counters.js";
import type { Outbox } from "../outbox.js";
import type { SealedBatch } from "./sealed-batch.js";
import type { Settlement } from "./settlement.js";
import type { Supply } from "./supply.js";

/** Where something may be left. */
export interface RestParts {
  readonly outbox: Outbox | undefined;
  readonly supply: Supply;
  readonly settlement: Settlement;
  readonly ledger: DeliveryLedger;
}

/** What is left. */
export interface Rest {
  /** Leaves in the outbox what can be kept, of the queue too, and gives up what else is sealed. */
  putAway(unsettled: readonly SealedBatch[]): void;
  /** Deletes what is sealed or kept. */
  clear(unsettled: readonly SealedBatch[]): void;
}

/** Takes care of what is left. */
export function createRest({ outbox, supply, settlement, ledger }: RestParts): Rest {
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
      outbox?.close();
    },
    clear(unsettled) {
      for (const batch of unsettled) settlement.dropped(batch, "consent");
      const kept = outbox?.clear() ?? 0;
      if (kept > 0) addTo(ledger.dropped, "consent", kept);
    },
  };
}
