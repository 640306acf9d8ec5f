/** Where sticky assignments are kept: what an application lends, and one in memory. @module */
import type { MaterializationRead, MaterializationRecord } from "@aplomb/core";
import { stickyKey } from "./sticky-key.js";

/**
 * Keeps sticky assignments, so that a unit keeps what it was first given.
 *
 * A record is one unit's variant under one rule of one materialization. Stores are shared by processes: let the first of
 * two records for one unit, materialization and rule win.
 */
export interface StickyStore {
  /**
   * Looks up assignments. A read whose rule is empty asks whether the unit is in the materialization under any rule.
   *
   * @returns What is stored, in any order; nothing for a read without an answer. Records nobody asked for are ignored.
   */
  read(reads: readonly MaterializationRead[]): Promise<readonly MaterializationRecord[]>;
  /** Keeps assignments that were exposed. */
  write(records: readonly MaterializationRecord[]): Promise<void>;
  /** Forgets everything, because consent was denied. For stores on the visitor's own device; others need none. */
  clear?(): Promise<void>;
}

/**
 * A sticky store in memory: for tests, and for single processes that may forget.
 *
 * @param maxRecords - Beyond it, the oldest are forgotten. Default 100,000.
 */
export function memoryStickyStore(maxRecords = 100_000): StickyStore {
  const records = new Map<string, MaterializationRecord>();
  return {
    read: async (reads) => {
      const found = new Set<MaterializationRecord>();
      for (const read of reads) {
        const exact = records.get(stickyKey(read));
        if (exact) found.add(exact);
        if (read.rule === "") for (const record of records.values()) if (isAsked(record, read)) found.add(record);
      }
      return [...found];
    },
    write: async (added) => {
      for (const record of added) {
        if (!records.has(stickyKey(record))) records.set(stickyKey(record), record);
        const [oldest] = records.size > maxRecords ? records.keys() : [];
        if (oldest !== undefined) records.delete(oldest);
      }
    },
  };
}

/** Whether a record answers a read: a read without a rule asks about every rule. */
export function isAsked(record: MaterializationRead, { unit, materialization, rule }: MaterializationRead): boolean {
  return record.unit === unit && record.materialization === materialization && (rule === "" || rule === record.rule);
}
