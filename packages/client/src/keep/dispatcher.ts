/** Hands out what is kept, oldest first, and follows it until it is settled. @module */
import { readBatchPieces } from "@aplomb/core/delivery";
import { addTo } from "../delivery-counters.js";
import type { OutboxParts } from "../outbox.js";
import type { SealedBatch } from "../send/sealed-batch.js";
import type { BatchWriter } from "./batch-writer.js";
import type { EntryStore, StoredEntry } from "./entry-store.js";
import { halvesOf, type KeptBatch } from "./kept-batch.js";
import type { Shelf } from "./shelf.js";

/** What is older is not sent any more; the endpoint refuses it at twice this age. */
const OLDEST_MS = 86_400_000;

/** Hands out what is kept. */
export interface Dispatcher {
  take(): SealedBatch | undefined;
  putBack(batch: SealedBatch): void;
  /** Puts on the shelf what an earlier run left. What cannot be read is left alone: another run may be able to. */
  takeOver(entry: StoredEntry): Promise<void>;
}

/** Makes a dispatcher. */
export function createDispatcher(
  parts: OutboxParts,
  entries: EntryStore,
  shelf: Shelf,
  writer: BatchWriter,
): Dispatcher {
  const { clock, ledger, randomBytes } = parts;
  const onTheirWay = new Map<SealedBatch, KeptBatch>();

  /** A wrong clock makes nothing of this run too old. */
  const isTooOld = ({ begunAtMs, createdAtMs }: KeptBatch): boolean =>
    (begunAtMs === undefined ? clock.nowMs() - createdAtMs : clock.monotonicMs() - begunAtMs) > OLDEST_MS;

  function oldest(): KeptBatch | undefined {
    if (!shelf.oldest) writer.finish();
    for (let kept = shelf.take(); kept; kept = shelf.take()) {
      if (!isTooOld(kept)) return kept;
      shelf.remove(kept);
      addTo(ledger.dropped, "too_old", kept.count);
    }
    return undefined;
  }

  function sealedOf(kept: KeptBatch): SealedBatch {
    const { entry, count, firstSequence, createdAtMs, begunAtMs, sizeBytes } = kept;
    const wholeOf = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, sizeBytes);
    const noted = (half: KeptBatch): SealedBatch => {
      shelf.note(half);
      return sealedOf(half);
    };
    const batch: SealedBatch = {
      ...{ count, firstSequence, createdAtMs, sealedAtMs: begunAtMs, isKept: true, records: [] },
      read() {
        const bytes = entry.read();
        return bytes instanceof Uint8Array ? wholeOf(bytes) : bytes.then(wholeOf);
      },
      halves: (bytes) => halvesOf(kept, bytes, entries, randomBytes).map(noted),
      forget() {
        onTheirWay.delete(batch);
        shelf.remove(kept);
      },
    };
    onTheirWay.set(batch, kept);
    return batch;
  }

  return {
    take() {
      const kept = oldest();
      return kept && sealedOf(kept);
    },
    putBack(batch) {
      const kept = onTheirWay.get(batch);
      if (kept) shelf.put(kept);
      onTheirWay.delete(batch);
    },
    async takeOver(entry) {
      const bytes = await readOrNothing(entry);
      if (!bytes) return;
      const pieces = readBatchPieces(bytes);
      if (!pieces) return entry.remove();
      const { length: sizeBytes, createdAtMs, records } = pieces;
      const kept = { entry, count: records.length, firstSequence: 0, lastSequence: 0, sizeBytes, createdAtMs };
      ledger.recovered += records.length;
      shelf.note(kept);
      shelf.put(kept);
      shelf.makeRoom(0);
    },
  };
}

async function readOrNothing(entry: StoredEntry): Promise<Uint8Array | undefined> {
  try {
    return await entry.read();
  } catch {
    return undefined;
  }
}
