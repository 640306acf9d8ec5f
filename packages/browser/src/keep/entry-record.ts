/** An entry as the database has it. @module */

/** An entry as the database has it. */
export interface EntryRecord {
  /** Who wrote it last. */
  readonly page: string;
  /** By the wall clock, for the order. */
  readonly begunAtMs: number;
  readonly grownAtMs: number;
  readonly bytes: Uint8Array;
}

/** The key of a page's entry. */
export function entryKey(name: string, page: string, number: number): string {
  return JSON.stringify([name, page, number]);
}

/** Whether a key is that of an entry of this name. */
export function isKeyOf(name: string, key: unknown): key is string {
  return typeof key === "string" && key.startsWith(`${JSON.stringify([name]).slice(0, -1)},`);
}

/** Whether a record has the shape of ours. What is in it is read with care later. */
export function isEntryRecord(record: unknown): record is EntryRecord {
  const { page, begunAtMs, grownAtMs, bytes } = (record ?? {}) as Partial<EntryRecord>;
  return (
    typeof page === "string" &&
    typeof begunAtMs === "number" &&
    typeof grownAtMs === "number" &&
    bytes instanceof Uint8Array
  );
}
