/** A clock that stands still until a test moves it. @module */

/** Time under a test's control; fits every place that takes a `Clock`. */
export interface VirtualClock {
  nowMs(): number;
  monotonicMs(): number;
  setTimer(callback: () => void, delayMs: number): () => void;
  /** Moves both times forward, calling every timer on its way at its moment, and lets promises settle in between. */
  advance(byMs: number): Promise<void>;
  /** Moves the wall clock alone, in either direction, as a user or a time server would. */
  jump(byMs: number): void;
  /** Lets promises settle without moving time. */
  settle(): Promise<void>;
  /** How many timers are waiting. */
  readonly pendingTimers: number;
}

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/**
 * Makes a virtual clock.
 *
 * @param startMs - What `nowMs` answers at first; monotonic time starts at 0. Default: 2026-01-01T00:00:00Z.
 * @example
 * const clock = createVirtualClock();
 * clock.setTimer(() => seen.push("late"), 1_000);
 * await clock.advance(999);  // nothing yet
 * await clock.advance(1);    // "late"
 */
export function createVirtualClock(startMs = 1_767_225_600_000): VirtualClock {
  let monotonicMs = 0;
  let offsetMs = startMs;
  const timers = new Set<Timer>();

  const earliestBy = (limitMs: number): Timer | undefined => {
    let earliest: Timer | undefined;
    for (const timer of timers) {
      if (timer.atMs <= limitMs && (earliest === undefined || timer.atMs < earliest.atMs)) earliest = timer;
    }
    return earliest;
  };

  return {
    nowMs: () => offsetMs + monotonicMs,
    monotonicMs: () => monotonicMs,
    setTimer(callback, delayMs) {
      const timer: Timer = { atMs: monotonicMs + Math.max(0, delayMs), callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(byMs) {
      const targetMs = monotonicMs + byMs;
      await settle();
      for (let timer = earliestBy(targetMs); timer; timer = earliestBy(targetMs)) {
        monotonicMs = timer.atMs;
        timers.delete(timer);
        timer.callback();
        await settle();
      }
      monotonicMs = targetMs;
    },
    jump(byMs) {
      offsetMs += byMs;
    },
    settle,
    get pendingTimers() {
      return timers.size;
    },
  };
}

// Browsers have only the slower one.
const { setImmediate: soon = setTimeout } = globalThis as { setImmediate?: (callback: () => void) => unknown };

/** Lets chains of promises run to their end: many microtasks, then a few turns of the event loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    for (let microtask = 0; microtask < 30; microtask++) await Promise.resolve();
    await new Promise<void>((resolve) => soon(resolve));
  }
}
