/** Which pages are still there: each holds a lock with its name for as long as it can be seen. @module */

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
  /** How often this page was away, and may have been thought gone. */
  readonly absences: number;
  /** How long a page may say nothing before others think it gone, in milliseconds; infinite where they know. */
  readonly silentMs: number;
  /** Pages that will not add to what they left any more. */
  goneOf(left: readonly LeftByPage[], nowMs: number): Promise<ReadonlySet<string>>;
  /** Counts as gone from now on. */
  leave(): void;
}

/**
 * Says that this page is there.
 *
 * In the back/forward cache it counts as gone: Chromium evicts a page that holds a lock there as soon as another page asks
 * who holds locks, and other browsers do not even let it in.
 */
export function startPresence(): PagePresence {
  // Pages that are not secure have neither `randomUUID` nor locks.
  const page = crypto.getRandomValues(new Uint32Array(4)).join("-");
  const locks = globalThis.navigator?.locks as LockManager | undefined;
  let absences = 0;
  let release = (): void => {};
  const arrive = (): void => {
    const here = new Promise<void>((resolve) => {
      release = resolve;
    });
    locks?.request(lockOf(page), () => here).catch(() => {});
  };
  const onHide = (): void => {
    absences++;
    release();
  };
  const onShow = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) arrive();
  };
  addEventListener("pagehide", onHide);
  addEventListener("pageshow", onShow);
  arrive();
  return {
    page,
    get absences() {
      return absences;
    },
    silentMs: locks ? Number.POSITIVE_INFINITY : SILENT_MS,
    async goneOf(left, nowMs) {
      const others = left.filter((one) => one.page !== page);
      if (others.length === 0) return new Set();
      if (!locks) return new Set(others.filter((one) => nowMs - one.grownAtMs > SILENT_MS).map((one) => one.page));
      const { held = [], pending = [] } = await locks.query();
      const names = new Set([...held, ...pending].map(({ name }) => name));
      return new Set(others.map((one) => one.page).filter((other) => !names.has(lockOf(other))));
    },
    leave() {
      removeEventListener("pagehide", onHide);
      removeEventListener("pageshow", onShow);
      release();
    },
  };
}

function lockOf(page: string): string {
  return `aplomb-page ${page}`;
}
