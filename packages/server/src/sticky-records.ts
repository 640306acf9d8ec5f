/** Where the endpoint keeps sticky assignments, so that a unit keeps what it was first given. @module */
import type { MaterializationRead, MaterializationRecord } from "@aplomb/core";

/** Stored assignments, by audience. Shared by all endpoints that answer for one audience. */
export interface StickyRecords {
  /**
   * Looks up assignments. A read whose rule is empty asks whether the unit is in the materialization under any rule.
   *
   * @returns What is stored, in any order; nothing for a read without an answer.
   */
  read(audience: string, reads: readonly MaterializationRead[]): Promise<readonly MaterializationRecord[]>;
  /** Keeps assignments; of two for one unit, materialization and rule, the first stays. */
  write(audience: string, records: readonly MaterializationRecord[]): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}
