/** The page's clock, ahead of itself by as much as a test says. @module */
import type { Clock } from "@aplomb/client";
import { pageClock } from "../page-clock.js";

/** A clock that jumps: timers run on as they do in a page that slept. */
export function shiftedClock(): { readonly clock: Clock; readonly jump: (byMs: number) => void } {
  let aheadMs = 0;
  return {
    clock: {
      ...pageClock,
      nowMs: () => pageClock.nowMs() + aheadMs,
      monotonicMs: () => pageClock.monotonicMs() + aheadMs,
    },
    jump(byMs) {
      aheadMs += byMs;
    },
  };
}
