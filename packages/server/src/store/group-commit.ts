/** Several waiting writes in one transaction, so that one sync to disk acknowledges all of them. @module */
import type { Database } from "libsql";

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

/** What one transaction takes at most: a bound on how long it blocks everything else. Its first write always fits. */
export interface GroupLimits {
  readonly maxWrites: number;
  readonly maxRows: number;
}

interface Waiting {
  readonly rows: number;
  /** Runs the write and keeps its result. */
  run(): void;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Writes that arrive within one turn of the event loop share a transaction, up to the limits.
 *
 * When a group fails, each of its writes is tried again alone, so that one that cannot be stored takes no other with it.
 *
 * @param onRollback - Called after a transaction was undone: what was learned inside it no longer holds.
 */
export function createGroupCommit(database: Database, onRollback: () => void, limits: GroupLimits): GroupCommit {
  const waiting: Waiting[] = [];
  const idlers: (() => void)[] = [];
  let scheduled = false;

  const transact = (group: readonly Waiting[]): void => {
    database.exec("begin immediate");
    try {
      for (const write of group) write.run();
      database.exec("commit");
    } catch (error) {
      if (database.inTransaction) database.exec("rollback");
      onRollback();
      throw error;
    }
  };

  const commitAlone = (write: Waiting): void => {
    try {
      transact([write]);
      write.resolve();
    } catch (error) {
      write.reject(error);
    }
  };

  const takeGroup = (): Waiting[] => {
    let rows = 0;
    let writes = 0;
    for (const write of waiting.slice(0, limits.maxWrites)) {
      rows += write.rows;
      if (writes > 0 && rows > limits.maxRows) break;
      writes += 1;
    }
    return waiting.splice(0, writes);
  };

  const commitGroup = (): void => {
    const group = takeGroup();
    try {
      transact(group);
      for (const write of group) write.resolve();
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      else for (const write of group) commitAlone(write);
    }
    if (waiting.length > 0) setImmediate(commitGroup);
    else {
      scheduled = false;
      for (const idler of idlers.splice(0)) idler();
    }
  };

  return {
    submit<T>(write: () => T, rows = 1): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        let result: T;
        const run = (): void => {
          result = write();
        };
        waiting.push({ rows, run, resolve: () => resolve(result), reject });
        if (!scheduled) setImmediate(commitGroup);
        scheduled = true;
      });
    },
    idle: () => (scheduled ? new Promise((resolve) => idlers.push(resolve)) : Promise.resolve()),
  };
}
