/** Entries in memory for tests: what several runs share, and a disk that fills up on demand. @module */
import type { EntryStore, StoredEntry } from "../keep/entry-store.js";

interface MemoryEntry {
  bytes: Uint8Array;
  /** Nobody's when its run is over. */
  owner: object | undefined;
}

/** What survives the runs of a test. */
export interface MemoryDisk {
  /** Opens the disk for a run. */
  open(maxBytes?: number): EntryStore & {
    /** Ends the run as a kill does: nothing more is written or deleted. */
    kill(): void;
  };
  /** The bytes of every entry, oldest first. */
  readonly contents: readonly Uint8Array[];
  /** Lets appending fail from now on, or no longer. */
  setFull(isFull: boolean): void;
}

/** Makes an empty disk. */
export function createMemoryDisk(): MemoryDisk {
  const entries = new Set<MemoryEntry>();
  let isFull = false;
  return {
    get contents() {
      return [...entries].map(({ bytes }) => bytes);
    },
    setFull(next) {
      isFull = next;
    },
    open(maxBytes = 1_000_000) {
      const run = {};
      let isOver = false;
      const stored = (entry: MemoryEntry): StoredEntry => ({
        append(bytes) {
          if (isFull || isOver) return false;
          entry.bytes = Uint8Array.of(...entry.bytes, ...bytes);
          return true;
        },
        seal() {},
        read: async () => {
          if (!entries.has(entry)) throw new Error("gone");
          return entry.bytes;
        },
        remove: () => void (isOver || entries.delete(entry)),
      });
      const letGo = (): void => {
        isOver = true;
        for (const entry of entries) if (entry.owner === run) entry.owner = undefined;
      };
      return {
        maxBytes,
        create(bytes) {
          if (isFull || isOver) return undefined;
          const entry = { bytes, owner: run };
          entries.add(entry);
          return stored(entry);
        },
        async takeOver() {
          const free = [...entries].filter(({ owner }) => owner === undefined);
          for (const entry of free) entry.owner = run;
          return free.map(stored);
        },
        clear: () => entries.clear(),
        close: letGo,
        kill: letGo,
      };
    },
  };
}
