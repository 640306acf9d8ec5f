/** What becomes of a batch after an attempt: entered in the ledger, sent again, halved, or given up. @module */
import type { PublishResponse } from "@aplomb/core";
import { addTo, type DeliveryLedger, type DropReason } from "../delivery-counters.js";
import { classifyFailure } from "../retry/classify-failure.js";
import { RequestError } from "../retry/request-error.js";
import type { Pace } from "./pace.js";
import type { Seal, SealedBatch } from "./sealed-batch.js";

/** Keeps the books of sealed batches. */
export interface Settlement {
  /** Stored by the endpoint, now or before. */
  acknowledged(batch: SealedBatch, answer: PublishResponse): void;
  /** Returns what to send: the same batch again, its halves, or nothing. */
  failed(batch: SealedBatch, error: unknown): readonly SealedBatch[];
  /** Lost for good, for a reason of the drop table. */
  dropped(batch: SealedBatch, reason: DropReason): void;
}

/**
 * Opens the books.
 *
 * @param lost - Told of batches that are lost for good, so that what is in them may be met again.
 */
export function createSettlement(
  ledger: DeliveryLedger,
  pace: Pace,
  seal: Seal,
  lost: (batch: SealedBatch) => void,
): Settlement {
  function giveUp(batch: SealedBatch, counts: Record<string, number>, reason: string): void {
    addTo(counts, reason, batch.records.length);
    ledger.inFlight -= batch.records.length;
    lost(batch);
  }

  /** Halves get ids of their own. What cannot be halved is given up. */
  function halves(batch: SealedBatch): readonly SealedBatch[] {
    const { records } = batch;
    const middle = records.length >> 1;
    if (middle > 0) return [seal(records.slice(0, middle)), seal(records.slice(middle))];
    giveUp(batch, ledger.dropped, "oversize");
    return [];
  }

  return {
    acknowledged({ records }, { duplicate, rejected }) {
      pace.noteAnswer();
      for (const row of rejected) addTo(ledger.rejected, row.code, 1);
      ledger.acked += records.length - rejected.length;
      ledger.inFlight -= records.length;
      if (duplicate) ledger.duplicateAcked += records.length;
    },
    failed(batch, error) {
      const status = error instanceof RequestError ? error.status : 0;
      const kind = status === 0 ? "backoff" : classifyFailure(error);
      if (kind !== "too_large" && kind !== "rejected") {
        pace.noteTrouble(error);
        ledger.batchesRetried++;
        return [batch];
      }
      pace.noteAnswer();
      if (kind === "too_large") return halves(batch);
      giveUp(batch, ledger.rejected, `http_${status}`);
      return [];
    },
    dropped: (batch, reason) => giveUp(batch, ledger.dropped, reason),
  };
}
