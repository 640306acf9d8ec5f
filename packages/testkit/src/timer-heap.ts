/** Waiting timers, the earliest on top: thousands of clients set and cancel theirs in logarithmic time. @module */

/** A waiting timer. */
export interface Timer {
  readonly atMs: number;
  /** Breaks ties: what was set first is called first. */
  readonly order: number;
  readonly callback: () => void;
  /** Cancelled timers stay in the heap until they come up or are swept. */
  cancelled: boolean;
}

/** The heap. */
export interface TimerHeap {
  /** How many wait, without the cancelled ones. */
  readonly count: number;
  add(atMs: number, callback: () => void): Timer;
  cancel(timer: Timer): void;
  /** The earliest timer, without taking it. */
  earliest(): Timer | undefined;
  /** Takes the earliest timer. */
  take(): Timer | undefined;
}

/** Below this, sweeping is not worth it. */
const SWEPT_FROM = 64;

/** Makes an empty heap. */
export function createTimerHeap(): TimerHeap {
  let heap: Timer[] = [];
  let order = 0;
  let cancelled = 0;

  const dropCancelled = (): void => {
    while (heap[0]?.cancelled) {
      removeTop(heap);
      cancelled--;
    }
  };
  return {
    get count() {
      return heap.length - cancelled;
    },
    add(atMs, callback) {
      const timer: Timer = { atMs, order: order++, callback, cancelled: false };
      heap.push(timer);
      siftUp(heap);
      return timer;
    },
    cancel(timer) {
      if (timer.cancelled) return;
      timer.cancelled = true;
      cancelled++;
      if (cancelled < SWEPT_FROM || cancelled < heap.length / 2) return;
      heap = heap.filter((one) => !one.cancelled).sort((a, b) => (isBefore(a, b) ? -1 : 1));
      cancelled = 0;
    },
    earliest() {
      dropCancelled();
      return heap[0];
    },
    take() {
      dropCancelled();
      const timer = removeTop(heap);
      // A late cancel of a timer that was called must not be counted.
      if (timer) timer.cancelled = true;
      return timer;
    },
  };
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** Brings the last timer to its place. */
function siftUp(heap: Timer[]): void {
  for (let at = heap.length - 1; at > 0; ) {
    const parent = (at - 1) >> 1;
    if (!swapIfBefore(heap, at, parent)) return;
    at = parent;
  }
}

function removeTop(heap: Timer[]): Timer | undefined {
  const [top] = heap;
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return top;
  heap[0] = last;
  for (let at = 0; ; ) {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    const child = isSmaller(heap, right, left) ? right : left;
    if (!swapIfBefore(heap, child, at)) return top;
    at = child;
  }
}

function isSmaller(heap: readonly Timer[], a: number, b: number): boolean {
  const [first, second] = [heap[a], heap[b]];
  return first !== undefined && second !== undefined && isBefore(first, second);
}

function swapIfBefore(heap: Timer[], lower: number, upper: number): boolean {
  const [below, above] = [heap[lower], heap[upper]];
  if (!below || !above || !isBefore(below, above)) return false;
  heap[lower] = above;
  heap[upper] = below;
  return true;
}
