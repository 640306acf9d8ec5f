/** How fast a backlog may go out after an outage: at most at twice the rate at which records come. @module */
import type { Clock } from "../clock.js";

/** How many times faster than they come. */
const HASTE = 2;

/** A backlog that an outage left. */
export interface Backlog {
  /** The outage has begun; again and again until it is over. */
  begin(): void;
  /** So many records are on their way. Returns before which moment no others may follow. */
  sent(records: number): number;
  /** Nothing waits any more. */
  end(): void;
}

/**
 * Makes one that is not there yet.
 *
 * @param enqueued - How many records have come so far.
 * @param flushIntervalMs - Where few records come, so often twice is a batch sent all the same.
 */
export function createBacklog(clock: Clock, enqueued: () => number, flushIntervalMs: number): Backlog {
  let since: { readonly atMs: number; readonly enqueued: number } | undefined;
  return {
    begin() {
      since ??= { atMs: clock.monotonicMs(), enqueued: enqueued() };
    },
    sent(records) {
      if (!since) return 0;
      const nowMs = clock.monotonicMs();
      const perMs = (enqueued() - since.enqueued) / Math.max(1, nowMs - since.atMs);
      return nowMs + Math.min(records / (HASTE * perMs), flushIntervalMs / HASTE);
    },
    end() {
      since = undefined;
    },
  };
}
