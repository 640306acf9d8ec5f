/** Batches that are kept: how many records they have, how large they are, and never more than agreed. @module */
import { addTo } from "../delivery-counters.js";
import type { KeptBatch } from "./kept-batch.js";

/** Batches that are kept. */
export interface Shelf {
  /** Records of the batches on the shelf: sealed, and not on their way. */
  readonly length: number;
  /** How large all kept batches are, on their way or being written, too. */
  readonly sizeBytes: number;
  /** The oldest batch on the shelf. */
  readonly oldest: KeptBatch | undefined;
  /** Counts in a batch that is kept from now on. */
  note(kept: KeptBatch): void;
  /** Counts in what was added to a batch. */
  grow(kept: KeptBatch, records: number, bytes: number): void;
  /** Puts a batch behind those that are older. */
  put(kept: KeptBatch): void;
  /** Takes the oldest batch. */
  take(): KeptBatch | undefined;
  /** Deletes a batch that is not on the shelf. */
  remove(kept: KeptBatch): void;
  /** Gives up the oldest batches until there is room for some bytes. False: there is none. */
  makeRoom(bytes: number): boolean;
}

/**
 * Makes an empty shelf.
 *
 * @param dropped - Where is counted what had to go.
 */
export function createShelf(maxBytes: number, dropped: Record<string, number>): Shelf {
  const sealed: KeptBatch[] = [];
  let length = 0;
  let sizeBytes = 0;

  const take = (): KeptBatch | undefined => {
    const oldest = sealed.shift();
    length -= oldest?.count ?? 0;
    return oldest;
  };
  const remove = (kept: KeptBatch): void => {
    kept.entry.remove();
    sizeBytes -= kept.sizeBytes;
  };

  return {
    get length() {
      return length;
    },
    get sizeBytes() {
      return sizeBytes;
    },
    get oldest() {
      return sealed[0];
    },
    note(kept) {
      sizeBytes += kept.sizeBytes;
    },
    grow(kept, records, bytes) {
      kept.count += records;
      kept.sizeBytes += bytes;
      sizeBytes += bytes;
    },
    put(kept) {
      const place = sealed.findIndex(({ firstSequence }) => firstSequence > kept.firstSequence);
      sealed.splice(place < 0 ? sealed.length : place, 0, kept);
      length += kept.count;
    },
    take,
    remove,
    makeRoom(bytes) {
      while (sizeBytes + bytes > maxBytes) {
        const oldest = take();
        if (!oldest) return false;
        remove(oldest);
        addTo(dropped, "spool_full", oldest.count);
      }
      return true;
    },
  };
}
