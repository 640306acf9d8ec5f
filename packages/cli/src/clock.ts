/** The machine's clock. @module */
import type { Clock } from "@aplomb/server";

/** Timers of this clock never keep the process alive. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, delayMs).unref();
    return () => clearTimeout(timer);
  },
};
