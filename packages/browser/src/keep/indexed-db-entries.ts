/** Batches in the making, kept in IndexedDB a moment after they grow; what a closed page left, the next one sends. @module */
import type { Clock } from "@aplomb/client";
import type { EntryStore, StoredEntry } from "@aplomb/client/outbox";
import { clear, createStore, entries as recordsOf, type UseStore } from "idb-keyval";
import { type EntryRecord, entryKey, isEntryOf } from "./entry-record.js";
import { startPresence } from "./page-presence.js";
import { createWriteBehind } from "./write-behind.js";

/** Whose entries they are, and how much of them. */
export interface IndexedDbEntriesOptions {
  /** Only entries of the same name are taken over. */
  readonly name: string;
  readonly maxBytes: number;
  readonly clock: Clock;
}

/** An entry of this page, or one that it took over. */
interface OwnEntry {
  readonly key: string;
  record: EntryRecord;
}

/**
 * Keeps entries in IndexedDB.
 *
 * Memory has them as well, so that nothing waits for the database; where there is none, or it is full or refuses, they are
 * in memory alone and the store takes no more.
 */
export function createIndexedDbEntries({ name, maxBytes, clock }: IndexedDbEntriesOptions): EntryStore {
  const presence = startPresence();
  const { page } = presence;
  let opened: UseStore | undefined;
  let begun = 0;
  let isClosed = false;
  const taken = new Set<string>();
  const database = (): UseStore => {
    opened ??= createStore("aplomb-exposures", "batches");
    return opened;
  };
  const written = createWriteBehind<EntryRecord>(database, clock);

  const storedOf = (entry: OwnEntry): StoredEntry => ({
    append(bytes) {
      if (written.isBroken || isClosed) return false;
      const { record } = entry;
      entry.record = { ...record, grownAtMs: clock.nowMs(), bytes: joined(record.bytes, bytes) };
      written.put(entry.key, entry.record);
      return true;
    },
    seal: written.flush,
    read: () => entry.record.bytes,
    remove() {
      if (!isClosed) written.remove(entry.key);
    },
  });

  /** Entries of pages that are gone, under this page's name from now on. */
  async function leftEntries(): Promise<readonly OwnEntry[]> {
    const found = (await recordsOf<string, EntryRecord>(database())).filter(([key, record]) =>
      isEntryOf(name, key, record),
    );
    const gone = await presence.goneOf(
      found.map(([, record]) => record),
      clock.nowMs(),
    );
    return found
      .filter(([key, record]) => gone.has(record.page) && !taken.has(key))
      .map(([key, record]) => ({ key, record: { ...record, page } }))
      .sort((a, b) => a.record.begunAtMs - b.record.begunAtMs);
  }

  return {
    maxBytes,
    create(bytes) {
      if (written.isBroken || isClosed) return undefined;
      const nowMs = clock.nowMs();
      const record = { page, begunAtMs: nowMs, grownAtMs: nowMs, bytes };
      const entry = { key: entryKey(name, page, begun++), record };
      written.put(entry.key, record);
      return storedOf(entry);
    },
    async takeOver() {
      try {
        const left = await leftEntries();
        for (const { key, record } of left) {
          taken.add(key);
          written.put(key, record);
        }
        written.flush();
        return left.map(storedOf);
      } catch {
        written.broke();
        return [];
      }
    },
    clear() {
      written.forget();
      clear(database()).catch(written.broke);
    },
    close() {
      written.flush();
      isClosed = true;
      presence.leave();
    },
  };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
