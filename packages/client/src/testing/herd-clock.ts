/** Virtual time for a great many timers: a heap, and promises that settle without a turn of the event loop. @module */
import type { Clock } from "../clock.js";

/** Longer than any chain of promises between a timer and the next one, where nothing waits for the outside. */
const MICROTASKS = 12;

interface Timer {
  readonly atMs: number;
  callback: (() => void) | undefined;
}

/** Time under a test's control. */
export interface HerdClock extends Clock {
  /** Moves time forward to a moment, calling every timer on its way. */
  runUntil(atMs: number): Promise<void>;
}

/** Makes a clock that stands at 0. What runs on it may await promises, but nothing outside. */
export function createHerdClock(): HerdClock {
  const heap: Timer[] = [];
  let nowMs = 0;

  function push(timer: Timer): void {
    let at = heap.push(timer) - 1;
    for (let above = (at - 1) >> 1; at > 0 && isBefore(timer, heap[above]); above = (at - 1) >> 1) {
      heap[at] = heap[above] as Timer;
      at = above;
    }
    heap[at] = timer;
  }

  function pop(): Timer | undefined {
    const [first] = heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let at = 0;
    for (let below = 1; below < heap.length; below = 2 * at + 1) {
      if (isBefore(heap[below + 1], heap[below])) below++;
      if (!isBefore(heap[below], last)) break;
      heap[at] = heap[below] as Timer;
      at = below;
    }
    heap[at] = last;
    return first;
  }

  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    setTimer(callback, delayMs) {
      const timer: Timer = { atMs: nowMs + Math.max(0, delayMs), callback };
      push(timer);
      return () => {
        timer.callback = undefined;
      };
    },
    async runUntil(atMs) {
      await settle();
      while (heap[0] && heap[0].atMs <= atMs) {
        const timer = pop();
        if (!timer?.callback) continue;
        nowMs = timer.atMs;
        timer.callback();
        await settle();
      }
      nowMs = atMs;
    },
  };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < MICROTASKS; turn++) await undefined;
}

function isBefore(one: Timer | undefined, other: Timer | undefined): boolean {
  return one !== undefined && other !== undefined && one.atMs < other.atMs;
}
