/** Puts records and batches where they survive, and lets things rest for a moment when it cannot. @module */
import { writeBatchPiece } from "@aplomb/core/delivery";
import { addTo } from "../delivery-counters.js";
import type { DeliveryRecord } from "../delivery-record.js";
import type { OutboxParts } from "../outbox.js";
import { contentOf } from "../send/seal-batch.js";
import type { SealedBatch } from "../send/sealed-batch.js";
import type { BatchWriter } from "./batch-writer.js";
import type { EntryStore } from "./entry-store.js";
import { joined } from "./kept-batch.js";
import type { Shelf } from "./shelf.js";

/** How long nothing is tried after something could not be kept. */
const TROUBLE_MS = 1_000;

/** Puts records and batches where they survive. */
export interface Keeper {
  /** False: it could not. */
  keep(record: DeliveryRecord): boolean;
  /** Keeps a batch that was sealed in memory. False: it could not. */
  keepBatch(batch: SealedBatch): boolean;
}

/** Makes a keeper. */
export function createKeeper(parts: OutboxParts, entries: EntryStore, shelf: Shelf, writer: BatchWriter): Keeper {
  const { clock, ledger, audience } = parts;
  let troubleUntilMs = 0;

  function attempt(records: number, put: () => boolean): boolean {
    const nowMs = clock.monotonicMs();
    if (nowMs >= troubleUntilMs) {
      if (put()) return true;
      troubleUntilMs = nowMs + TROUBLE_MS;
    }
    ledger.persistErrors += records;
    return false;
  }

  function put(batch: SealedBatch, bytes: Uint8Array): boolean {
    const { count, firstSequence, createdAtMs, sealedAtMs: begunAtMs, records } = batch;
    const lastSequence = records.at(-1)?.sequence ?? 0;
    const whole = joined([bytes, writeBatchPiece({ sequenceLast: lastSequence })]);
    const entry = shelf.makeRoom(whole.length) ? entries.create(whole) : undefined;
    if (!entry) return false;
    entry.seal();
    // What vouches for the entry when this run is over is not sent in this run: the bytes stay those of the first attempt.
    const kept = { entry, count, firstSequence, lastSequence, sizeBytes: bytes.length, createdAtMs, begunAtMs };
    shelf.note(kept);
    shelf.put(kept);
    return true;
  }

  return {
    keep(record) {
      const { sequence } = record;
      let piece: Uint8Array;
      try {
        piece = writeBatchPiece({ ...contentOf([record], audience), sequenceLast: sequence });
      } catch {
        addTo(ledger.dropped, "malformed", 1);
        return true;
      }
      return attempt(1, () => writer.add(sequence, piece));
    },
    keepBatch(batch) {
      const bytes = batch.read();
      return bytes instanceof Uint8Array && attempt(batch.count, () => put(batch, bytes));
    },
  };
}
