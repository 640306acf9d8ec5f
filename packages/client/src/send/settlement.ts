/** What becomes of a batch after an attempt: entered in the ledger, sent again, halved, or given up. @module */
import type { PublishResponse } from "@aplomb/core/delivery";
import { addTo, type DeliveryLedger, type DropReason } from "../delivery-counters.js";
import { classifyFailure } from "../retry/classify-failure.js";
import { RequestError } from "../retry/request-error.js";
import type { Outcome } from "./attempt.js";
import type { Pace } from "./pace.js";
import type { SealedBatch } from "./sealed-batch.js";

/** Keeps the books of sealed batches. */
export interface Settlement {
  /** Enters how an attempt ended. Returns what to send: the same batch again, its halves, or nothing. */
  settle(batch: SealedBatch, outcome: Outcome): readonly SealedBatch[];
  /** Lost for good, for a reason of the drop table. */
  dropped(batch: SealedBatch, reason: DropReason): void;
}

/**
 * Opens the books.
 *
 * @param lost - Told of batches that are lost for good, so that what is in them may be met again.
 */
export function createSettlement(ledger: DeliveryLedger, pace: Pace, lost: (batch: SealedBatch) => void): Settlement {
  function done(batch: SealedBatch): readonly SealedBatch[] {
    ledger.inFlight -= batch.count;
    batch.forget();
    return [];
  }

  function giveUp(batch: SealedBatch, counts: Record<string, number>, reason: string): readonly SealedBatch[] {
    addTo(counts, reason, batch.count);
    lost(batch);
    return done(batch);
  }

  /** Stored by the endpoint, now or before. */
  function acknowledged(batch: SealedBatch, { duplicate, rejected }: PublishResponse): readonly SealedBatch[] {
    pace.noteStored();
    for (const row of rejected) addTo(ledger.rejected, row.code, 1);
    ledger.acked += batch.count - rejected.length;
    if (duplicate) ledger.duplicateAcked += batch.count;
    return done(batch);
  }

  /** Halves get ids of their own. What cannot be halved is given up. */
  function halves(batch: SealedBatch, bytes: Uint8Array): readonly SealedBatch[] {
    const smaller = batch.halves(bytes);
    if (smaller.length === 0) return giveUp(batch, ledger.dropped, "oversize");
    batch.forget();
    return smaller;
  }

  function failed(batch: SealedBatch, bytes: Uint8Array, error: unknown): readonly SealedBatch[] {
    const status = error instanceof RequestError ? error.status : 0;
    const kind = status === 0 ? "backoff" : classifyFailure(error);
    if (kind !== "too_large" && kind !== "rejected") {
      pace.noteTrouble(error);
      ledger.batchesRetried++;
      return [batch];
    }
    pace.noteRefused();
    return kind === "too_large" ? halves(batch, bytes) : giveUp(batch, ledger.rejected, `http_${status}`);
  }

  return {
    settle(batch, outcome) {
      if (outcome.kind === "stored") return acknowledged(batch, outcome.answer);
      if (outcome.kind === "failed") return failed(batch, outcome.bytes, outcome.error);
      return giveUp(batch, ledger.dropped, "persist_error");
    },
    dropped: (batch, reason) => void giveUp(batch, ledger.dropped, reason),
  };
}
