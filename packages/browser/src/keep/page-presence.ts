/** Which pages are still there: each holds a lock with its name for as long as it lives. @module */

/** Where there are no locks, a page that has written nothing for this long counts as gone: it seals every few seconds. */
const SILENT_MS = 60_000;

/** What is known of a page that has left something. */
export interface LeftByPage {
  readonly page: string;
  readonly grownAtMs: number;
}

/** A page, and how it tells which of the others are gone. */
export interface PagePresence {
  /** Unlike that of every other page. */
  readonly page: string;
  /** How long a page may say nothing before others think it gone, in milliseconds; infinite where they know. */
  readonly silentMs: number;
  /** Pages that will not touch what they left any more. */
  goneOf(left: readonly LeftByPage[], nowMs: number): Promise<ReadonlySet<string>>;
  /** Counts as gone from now on. */
  leave(): void;
}

/** Says that this page is there. */
export function startPresence(): PagePresence {
  // Pages that are not secure have neither `randomUUID` nor locks.
  const page = crypto.getRandomValues(new Uint32Array(4)).join("-");
  const locks = globalThis.navigator?.locks as LockManager | undefined;
  let leave = (): void => {};
  const here = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const held = locks?.request(lockOf(page), () => here).catch(() => {});
  return {
    page,
    silentMs: locks ? Number.POSITIVE_INFINITY : SILENT_MS,
    async goneOf(left, nowMs) {
      if (!locks || !held) {
        const silent = left.filter((one) => one.page !== page && nowMs - one.grownAtMs > SILENT_MS);
        return new Set(silent.map((one) => one.page));
      }
      const { held: alive = [], pending = [] } = await locks.query();
      const names = new Set([...alive, ...pending].map(({ name }) => name));
      return new Set(left.map((one) => one.page).filter((other) => other !== page && !names.has(lockOf(other))));
    },
    leave,
  };
}

function lockOf(page: string): string {
  return `aplomb-page ${page}`;
}
