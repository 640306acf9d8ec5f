/** Batches in the making, kept in IndexedDB a moment after they grow; what a closed page left, the next one sends. @module */
import type { Clock } from "@aplomb/client";
import { type EntryStore, joined, type StoredEntry } from "@aplomb/client/outbox";
import { createStore, delMany, keys, type UseStore } from "idb-keyval";
import { type ClaimedEntry, claimEntries } from "./claim-entries.js";
import { type EntryRecord, entryKey, isKeyOf } from "./entry-record.js";
import { startPresence } from "./page-presence.js";
import { createWriteBehind } from "./write-behind.js";

/** Some browsers never open a database. */
const PATIENCE_MS = 2_000;

/** Whose entries they are, and how much of them. */
export interface IndexedDbEntriesOptions {
  /** Only entries of the same name are taken over. */
  readonly name: string;
  readonly maxBytes: number;
  readonly clock: Clock;
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
  const database = (): UseStore => {
    opened ??= createStore("aplomb-exposures", "batches");
    return opened;
  };
  const written = createWriteBehind<EntryRecord>(database, clock);

  function storedOf({ key, record: first }: ClaimedEntry): StoredEntry {
    let record = first;
    const { absences } = presence;
    /** Another page may have thought this one gone, and may have taken the entry over as it was. */
    const mayBeTaken = (nowMs: number): boolean =>
      presence.absences > absences || nowMs - record.grownAtMs > presence.silentMs / 2;
    return {
      append(bytes) {
        const nowMs = clock.nowMs();
        if (written.isBroken || isClosed || mayBeTaken(nowMs)) return false;
        record = { ...record, grownAtMs: nowMs, bytes: joined([record.bytes, bytes]) };
        written.put(key, record);
        return true;
      },
      seal: written.flush,
      read: () => record.bytes,
      remove() {
        if (!isClosed) written.remove(key);
      },
    };
  }

  async function deleteAll(): Promise<void> {
    const all = await keys(database());
    await delMany(
      all.filter((key) => isKeyOf(name, key)),
      database(),
    );
  }

  return {
    maxBytes,
    patienceMs: PATIENCE_MS,
    create(bytes) {
      if (written.isBroken || isClosed) return undefined;
      const nowMs = clock.nowMs();
      const record = { page, begunAtMs: nowMs, grownAtMs: nowMs, bytes };
      const key = entryKey(name, page, begun++);
      written.put(key, record);
      return storedOf({ key, record });
    },
    async takeOver() {
      try {
        const nowMs = clock.nowMs();
        return (await claimEntries(database(), { name, maxBytes, presence, nowMs })).map(storedOf);
      } catch (error) {
        written.broke(error);
        return [];
      }
    },
    clear() {
      written.forget();
      deleteAll().catch(written.broke);
    },
    close() {
      written.flush();
      isClosed = true;
      presence.leave();
    },
  };
}
