/** Writes to a database what changed, a moment later and together. @module */
import type { Clock } from "@aplomb/client";
import type { UseStore } from "idb-keyval";

/** How long a change may wait: what a page that crashes loses. */
const WRITE_MS = 500;
/** How long nothing more is kept once there is no space. */
const FULL_MS = 60_000;

/** Changes on their way to a database. */
export interface WriteBehind<Record> {
  /** Whether the database refuses, for now or for good: what comes is in memory alone. */
  readonly isBroken: boolean;
  /** Has a record written, as it is then. */
  put(key: string, record: Record): void;
  remove(key: string): void;
  /** Writes what is waiting now. */
  flush(): void;
  /** Forgets what is waiting. */
  forget(): void;
  /** The database refused something. For want of space it is asked again after a while. */
  broke(error: unknown): void;
}

/**
 * Makes it.
 *
 * @param database - Opened at the first write.
 */
export function createWriteBehind<Record>(database: () => UseStore, clock: Clock): WriteBehind<Record> {
  /** What is to be written; undefined for what is to be deleted. */
  const waiting = new Map<string, Record | undefined>();
  let brokenUntilMs = 0;
  let cancel: (() => void) | undefined;

  /** Deletes first: that makes room, and what cannot be written must not stay in its way. */
  async function write(changes: readonly [string, Record | undefined][]): Promise<void> {
    const put = changes.filter((change): change is [string, Record] => change[1] !== undefined);
    const gone = changes.filter(([, record]) => record === undefined).map(([key]) => key);
    await Promise.all([
      commit(database, gone, (objects, key) => objects.delete(key)),
      commit(database, put, (objects, [key, record]) => objects.put(record, key)).catch((error) => refused(put, error)),
    ]);
  }

  /** What was not written is tried again with what comes next, unless it has changed since. */
  function refused(changes: readonly [string, Record][], error: unknown): void {
    for (const [key, record] of changes) if (!waiting.has(key)) waiting.set(key, record);
    broke(error);
  }

  function flush(): void {
    cancel?.();
    cancel = undefined;
    const changes = [...waiting];
    waiting.clear();
    write(changes).catch(broke);
  }

  function broke(error: unknown): void {
    const isFull = (error as Error | undefined)?.name === "QuotaExceededError";
    brokenUntilMs = isFull ? clock.monotonicMs() + FULL_MS : Number.POSITIVE_INFINITY;
  }

  function change(key: string, record: Record | undefined): void {
    waiting.set(key, record);
    cancel ??= clock.setTimer(flush, WRITE_MS);
  }

  return {
    get isBroken() {
      return clock.monotonicMs() < brokenUntilMs;
    },
    put: change,
    remove: (key) => change(key, undefined),
    flush,
    forget: () => waiting.clear(),
    broke,
  };
}

/**
 * Makes changes in one transaction.
 *
 * It is committed at once: a page that is left is frozen before it could answer, and a transaction that stays open is lost
 * with it, and keeps others waiting.
 */
async function commit<Change>(
  database: () => UseStore,
  changes: readonly Change[],
  make: (objects: IDBObjectStore, change: Change) => unknown,
): Promise<void> {
  if (changes.length === 0) return;
  await database()("readwrite", (objects) => {
    for (const change of changes) make(objects, change);
    const { transaction } = objects;
    // Some browsers have no `commit`: there the transaction ends by itself.
    transaction.commit?.();
    return new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
  });
}
