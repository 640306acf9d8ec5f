/** Writes to a database what changed, a moment later and together. @module */
import type { Clock } from "@aplomb/client";
import { delMany, setMany, type UseStore } from "idb-keyval";

/** How long a change may wait: what a page that crashes loses. */
const WRITE_MS = 500;

/** Changes on their way to a database. */
export interface WriteBehind<Record> {
  /** Whether the database refused something: what comes is in memory alone. */
  readonly isBroken: boolean;
  /** Has a record written, as it is then. */
  put(key: string, record: Record): void;
  remove(key: string): void;
  /** Writes what is waiting now. */
  flush(): void;
  /** Forgets what is waiting. */
  forget(): void;
  /** The database cannot be used. */
  broke(): void;
}

/**
 * Makes it.
 *
 * @param database - Opened at the first write.
 */
export function createWriteBehind<Record>(database: () => UseStore, clock: Clock): WriteBehind<Record> {
  /** What is to be written; undefined for what is to be deleted. */
  const waiting = new Map<string, Record | undefined>();
  let isBroken = false;
  let cancel: (() => void) | undefined;

  async function write(changes: readonly [string, Record | undefined][]): Promise<void> {
    const put = changes.filter((change): change is [string, Record] => change[1] !== undefined);
    const gone = changes.filter(([, record]) => record === undefined).map(([key]) => key);
    if (put.length > 0) await setMany(put, database());
    if (gone.length > 0) await delMany(gone, database());
  }

  function flush(): void {
    cancel?.();
    cancel = undefined;
    const changes = [...waiting];
    waiting.clear();
    write(changes).catch(broke);
  }

  function broke(): void {
    isBroken = true;
  }

  function change(key: string, record: Record | undefined): void {
    waiting.set(key, record);
    cancel ??= clock.setTimer(flush, WRITE_MS);
  }

  return {
    get isBroken() {
      return isBroken;
    },
    put: change,
    remove: (key) => change(key, undefined),
    flush,
    forget: () => waiting.clear(),
    broke,
  };
}
