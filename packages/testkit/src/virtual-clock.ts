/** A clock that stands still until a test moves it. @module */
import { createTimerHeap, type Timer } from "./timer-heap.js";

/** Time under a test's control; fits every place that takes a `Clock`. */
export interface VirtualClock {
  nowMs(): number;
  monotonicMs(): number;
  setTimer(callback: () => void, delayMs: number): () => void;
  /** Moves both times forward, calling every timer on its way at its moment, and lets promises settle in between. */
  advance(byMs: number): Promise<void>;
  /**
   * Advances from timer to timer until something holds; looks before the first and after each.
   *
   * @throws Error, naming the condition's source, if it did not hold within `limitMs` of virtual time, or when no timer is left.
   */
  advanceUntil(condition: () => boolean, limitMs?: number): Promise<void>;
  /**
   * Advances from timer to timer until none is left.
   *
   * @returns How long that took, in virtual milliseconds.
   * @throws Error if timers are left after `limitMs`: something polls for ever.
   */
  advanceUntilIdle(limitMs?: number): Promise<number>;
  /** Moves the wall clock alone, in either direction, as a user or a time server would. */
  jump(byMs: number): void;
  /**
   * The machine sleeps, or the process is frozen: time passes and no timer is called. On waking, those that came due
   * are called late, all at the moment of waking. For a machine whose monotonic clock stands still meanwhile, use `jump`.
   */
  sleep(forMs: number): Promise<void>;
  /** Lets promises settle without moving time. */
  settle(): Promise<void>;
  /** How many timers are waiting. */
  readonly pendingTimers: number;
}

/** How a clock behaves. */
export interface VirtualClockOptions {
  /**
   * What `advance` waits for after each timer. `io`: chains of promises and a few turns of the event loop, so that real
   * answers may come in. `promises`: chains of promises alone; many times faster, for simulations in which nothing is
   * real (no `crypto.subtle`, no sockets). Default: `io`.
   */
  readonly settling?: "io" | "promises";
}

const DAY_MS = 86_400_000;

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
export function createVirtualClock(
  startMs = 1_767_225_600_000,
  { settling = "io" }: VirtualClockOptions = {},
): VirtualClock {
  const settle = settling === "io" ? settleAll : settlePromises;
  const timers = createTimerHeap();
  let monotonicMs = 0;
  let offsetMs = startMs;

  const earliestBy = (limitMs: number): Timer | undefined => {
    const timer = timers.earliest();
    return timer && timer.atMs <= limitMs ? timer : undefined;
  };
  async function callEarliest(): Promise<void> {
    const timer = timers.take();
    // A timer that slept through its moment is late, not early: time never steps back.
    monotonicMs = Math.max(monotonicMs, timer?.atMs ?? 0);
    timer?.callback();
    await settle();
  }

  return {
    nowMs: () => offsetMs + monotonicMs,
    monotonicMs: () => monotonicMs,
    setTimer(callback, delayMs) {
      const timer = timers.add(monotonicMs + Math.max(0, delayMs), callback);
      return () => timers.cancel(timer);
    },
    async advance(byMs) {
      const targetMs = monotonicMs + byMs;
      await settle();
      while (earliestBy(targetMs)) await callEarliest();
      monotonicMs = targetMs;
    },
    async advanceUntil(condition, limitMs = DAY_MS) {
      const targetMs = monotonicMs + limitMs;
      await settle();
      while (!condition()) {
        if (!earliestBy(targetMs)) throw new Error(`never within ${limitMs} virtual ms: ${condition}`);
        await callEarliest();
      }
    },
    async advanceUntilIdle(limitMs = DAY_MS) {
      const startedMs = monotonicMs;
      await settle();
      while (earliestBy(startedMs + limitMs)) await callEarliest();
      if (timers.count > 0) throw new Error(`${timers.count} timers still wait after ${limitMs} virtual ms`);
      return monotonicMs - startedMs;
    },
    jump(byMs) {
      offsetMs += byMs;
    },
    async sleep(forMs) {
      monotonicMs += forMs;
      const wokenMs = monotonicMs;
      await settle();
      while (earliestBy(wokenMs)) await callEarliest();
    },
    settle,
    get pendingTimers() {
      return timers.count;
    },
  };
}

// Browsers have only the slower one.
const { setImmediate: soon = setTimeout } = globalThis as { setImmediate?: (callback: () => void) => unknown };

/** Lets chains of promises run to their end: many microtasks, then a few turns of the event loop. */
async function settleAll(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await settlePromises();
    await new Promise<void>((resolve) => soon(resolve));
  }
}

async function settlePromises(): Promise<void> {
  for (let microtask = 0; microtask < 30; microtask++) await Promise.resolve();
}
