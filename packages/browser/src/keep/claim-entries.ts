/** Takes entries over from pages that are gone: each goes to one page, however many ask at once. @module */
import { entries as recordsOf, type UseStore } from "idb-keyval";
import { type EntryRecord, isEntryRecord, isKeyOf } from "./entry-record.js";
import type { PagePresence } from "./page-presence.js";

/** An entry and where it lies. */
export interface ClaimedEntry {
  readonly key: string;
  /** With the page that has it now. */
  readonly record: EntryRecord;
}

/** Whose entries to look for. */
export interface ClaimParts {
  readonly name: string;
  /** Larger ones are nobody's. */
  readonly maxBytes: number;
  readonly presence: PagePresence;
  readonly nowMs: number;
}

/**
 * Makes the entries of pages that are gone this page's own. Oldest first.
 *
 * @throws As the database does.
 */
export async function claimEntries(
  database: UseStore,
  { name, maxBytes, presence, nowMs }: ClaimParts,
): Promise<readonly ClaimedEntry[]> {
  const found = (await recordsOf<IDBValidKey, unknown>(database)).flatMap(([key, record]) =>
    isKeyOf(name, key) && isEntryRecord(record) && record.bytes.length <= maxBytes ? [{ key, record }] : [],
  );
  const gone = await presence.goneOf(
    found.map(({ record }) => record),
    nowMs,
  );
  const left = found.filter(({ record }) => gone.has(record.page)).map(({ key }) => key);
  if (left.length === 0) return [];
  const claimed = await database("readwrite", (objects) => claim(objects, left, gone, presence.page));
  return claimed.sort((a, b) => a.record.begunAtMs - b.record.begunAtMs);
}

/** In one transaction: what another page claimed meanwhile belongs to a page that is there. */
function claim(
  objects: IDBObjectStore,
  keys: readonly string[],
  gone: ReadonlySet<string>,
  page: string,
): Promise<ClaimedEntry[]> {
  const claimed: ClaimedEntry[] = [];
  for (const key of keys) {
    const request: IDBRequest<unknown> = objects.get(key);
    request.onsuccess = () => {
      if (!isEntryRecord(request.result) || !gone.has(request.result.page)) return;
      const record = { ...request.result, page };
      objects.put(record, key);
      claimed.push({ key, record });
    };
  }
  return new Promise((resolve, reject) => {
    objects.transaction.oncomplete = () => resolve(claimed);
    objects.transaction.onabort = () => reject(objects.transaction.error);
  });
}
