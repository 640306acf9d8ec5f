/** A batch that is kept in a store: written piece by piece, and read back when it is its turn. @module */
import { type BatchRecord, readBatchPieces, writeBatchHead, writeBatchPiece } from "@aplomb/core/delivery";
import type { EntryStore, StoredEntry } from "./entry-store.js";

/** A batch in a store. */
export interface KeptBatch {
  readonly entry: StoredEntry;
  count: number;
  /** 0 when an earlier run began it. */
  readonly firstSequence: number;
  lastSequence: number;
  /** How much of the entry is the batch. */
  sizeBytes: number;
  /** By the wall clock. */
  createdAtMs: number;
  /** By the monotonic clock; absent when an earlier run began it. */
  begunAtMs?: number | undefined;
}

/**
 * The records of a batch in two batches with ids of their own; none if there is but one record.
 *
 * They are in memory alone where they cannot be kept.
 */
export function halvesOf(
  kept: KeptBatch,
  bytes: Uint8Array,
  entries: EntryStore,
  randomBytes: (count: number) => Uint8Array,
): readonly KeptBatch[] {
  const pieces = readBatchPieces(bytes);
  const middle = (pieces?.records.length ?? 0) >> 1;
  if (!pieces || middle === 0) return [];
  return [pieces.records.slice(0, middle), pieces.records.slice(middle)].map((records) => {
    const [sequenceFirst, lastSequence] = [records[0]?.sequence ?? 0, records.at(-1)?.sequence ?? 0];
    const half = rewritten(pieces.about, records, sequenceFirst, lastSequence, randomBytes(16));
    const entry = entries.create(half) ?? entryInMemory(half);
    entry.seal();
    const own = { entry, count: records.length, lastSequence, sizeBytes: half.length };
    return { ...kept, ...own, firstSequence: kept.firstSequence && sequenceFirst };
  });
}

function rewritten(
  about: readonly Uint8Array[],
  records: readonly BatchRecord[],
  sequenceFirst: number,
  sequenceLast: number,
  batchId: Uint8Array,
): Uint8Array {
  const nothing = { instanceId: new Uint8Array(), createdAtMs: 0, sdk: "", audience: "" };
  const head = writeBatchHead({ ...nothing, batchId, sequenceFirst });
  return joined([head, ...about, ...records.map(({ bytes }) => bytes), writeBatchPiece({ sequenceLast })]);
}

function entryInMemory(bytes: Uint8Array): StoredEntry {
  return { append: () => false, seal() {}, read: () => bytes, remove() {} };
}

/** Chunks as one. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
