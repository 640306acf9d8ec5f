/** Time in a page. @module */
import type { Clock } from "@aplomb/client";

/** The page's clock. Its monotonic time stands still while the machine sleeps, where the browser has it so. */
export const pageClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
