/** Several waiting writes in one transaction of the embedded database. @module */
import type { Database } from "libsql";
import { createWriteQueue, type GroupLimits } from "./write-queue.js";

/** Runs writes in groups. */
export interface GroupCommit {
  /**
   * Runs a write inside a transaction; settles with its result once the transaction is on disk.
   *
   * @param rows - How many rows it writes, roughly. Default: 1.
   */
  submit<T>(write: () => T, rows?: number): Promise<T>;
  /** Resolves when nothing waits. */
  idle(): Promise<void>;
}

/**
 * Writes that arrive within one turn of the event loop share a transaction, up to the limits.
 *
 * @param onRollback - Called after a transaction was undone: what was learned inside it no longer holds.
 */
export function createGroupCommit(database: Database, onRollback: () => void, limits: GroupLimits): GroupCommit {
  const queue = createWriteQueue<() => void, void>({
    limits,
    commit(group) {
      database.exec("begin immediate");
      try {
        const done = group.map((write) => write());
        database.exec("commit");
        return done;
      } catch (error) {
        if (database.inTransaction) database.exec("rollback");
        onRollback();
        throw error;
      }
    },
  });
  return {
    async submit<T>(write: () => T, rows?: number): Promise<T> {
      const kept: T[] = [];
      await queue.submit(() => {
        kept[0] = write();
      }, rows);
      return kept[0] as T;
    },
    idle: queue.idle,
  };
}
