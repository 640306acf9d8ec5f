/** Writes batches piece by piece into a store, from their first record on. @module */
import { writeBatchHead, writeBatchPiece } from "@aplomb/core/delivery";
import type { OutboxParts } from "../outbox.js";
import type { EntryStore } from "./entry-store.js";
import { joined, type KeptBatch } from "./kept-batch.js";
import type { Shelf } from "./shelf.js";

/** Writes batches. */
export interface BatchWriter {
  /** The batch that is being written. */
  readonly current: KeptBatch | undefined;
  /** Adds a record. False: it could not; the batch ends before it. */
  add(sequence: number, piece: Uint8Array): boolean;
  /** Ends the current batch and puts it on the shelf. */
  finish(): void;
}

/** Makes a writer. */
export function createBatchWriter(parts: OutboxParts, entries: EntryStore, shelf: Shelf): BatchWriter {
  const { clock, ledger, limits, audience, instanceId, sdk, randomBytes } = parts;
  let current: KeptBatch | undefined;

  const fits = (sequence: number, bytes: number): boolean =>
    current !== undefined &&
    current.lastSequence === sequence - 1 &&
    current.count < limits.batchRecords &&
    current.sizeBytes + bytes <= limits.batchBytes;

  function begin(sequence: number, piece: Uint8Array): boolean {
    const createdAtMs = clock.nowMs();
    const own = { batchId: randomBytes(16), instanceId, sequenceFirst: sequence, createdAtMs, sdk, audience };
    const bytes = joined([writeBatchHead(own), piece]);
    const entry = shelf.makeRoom(bytes.length) ? entries.create(bytes) : undefined;
    if (!entry) return false;
    const begun = { entry, count: 1, sizeBytes: bytes.length, firstSequence: sequence, lastSequence: sequence };
    current = { ...begun, createdAtMs, begunAtMs: clock.monotonicMs() };
    shelf.note(current);
    return true;
  }

  function append(sequence: number, piece: Uint8Array): boolean {
    if (!current || !shelf.makeRoom(piece.length) || !current.entry.append(piece)) return false;
    current.lastSequence = sequence;
    shelf.grow(current, 1, piece.length);
    return true;
  }

  /** What is said at a batch's end is worth having; without it, it is a batch all the same. */
  function finish(): void {
    if (!current) return;
    const [createdAtMs, begunAtMs] = [clock.nowMs(), clock.monotonicMs()];
    const losses = new Map(Object.entries(ledger.dropped));
    const { lastSequence: sequenceLast, entry } = current;
    const end = writeBatchPiece({ bundleStatus: parts.bundleStatus(), losses, createdAtMs, sequenceLast });
    if (shelf.makeRoom(end.length) && entry.append(end)) {
      shelf.grow(current, 0, end.length);
      Object.assign(current, { createdAtMs, begunAtMs });
    }
    entry.seal();
    shelf.put(current);
    current = undefined;
  }

  return {
    get current() {
      return current;
    },
    add(sequence, piece) {
      if (!fits(sequence, piece.length)) finish();
      const isKept = current ? append(sequence, piece) : begin(sequence, piece);
      if (!isKept) finish();
      return isKept;
    },
    finish,
  };
}
