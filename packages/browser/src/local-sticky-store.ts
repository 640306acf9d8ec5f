/** Sticky assignments in this browser's local storage; in memory where there is none. @module */
import { isAsked, memoryStickyStore, type StickyStore } from "@aplomb/client";
import type { MaterializationRecord } from "@aplomb/core";

/** What of a storage is used: `localStorage`, or anything that behaves like it. */
export type StickyStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** Records kept; beyond it, the oldest are forgotten, so that a page never fills its origin's storage. */
const MAX_RECORDS = 500;

/**
 * A sticky store in the page's `localStorage`: one visitor of one browser keeps what they were given.
 *
 * Holds units as they are, which is what consent is asked for. Where storage is denied, full or damaged, assignments last as
 * long as the page.
 *
 * @param name - The key in the storage. Tabs with the same name share their assignments.
 * @param storage - Default `localStorage`, looked up at each use.
 */
export function localStickyStore(
  name = "aplomb.sticky",
  storage: () => StickyStorage = () => localStorage,
): StickyStore {
  let memory = memoryStickyStore(MAX_RECORDS);

  /** What is stored, oldest first. Storage is input like any other: what is no record is passed over. */
  function stored(): MaterializationRecord[] {
    try {
      const value: unknown = JSON.parse(storage().getItem(name) ?? "[]");
      return Array.isArray(value) ? value.filter(isRecord) : [];
    } catch {
      return [];
    }
  }

  return {
    async read(reads) {
      const found = stored().filter((record) => reads.some((read) => isAsked(record, read)));
      return [...found, ...(await memory.read(reads))];
    },
    async write(records) {
      await memory.write(records);
      const known = stored();
      const news = records.filter((record) => !known.some((other) => isAsked(other, record)));
      try {
        storage().setItem(name, JSON.stringify([...known, ...news].slice(-MAX_RECORDS)));
      } catch {
        // Memory has them.
      }
    },
    async clear() {
      memory = memoryStickyStore(MAX_RECORDS);
      storage().removeItem(name);
    },
  };
}

function isRecord(value: unknown): value is MaterializationRecord {
  const { unit, materialization, rule, variant } = (value ?? {}) as Partial<Record<string, unknown>>;
  return [unit, materialization, rule, variant].every((part) => typeof part === "string");
}
