/** Does long work in small pieces, so that whoever else runs here hardly notices. @module */
import type { Clock } from "../clock.js";

/** How long one slice may last: a page draws a picture every 16 ms. */
const SLICE_MS = 5;

/**
 * Takes steps until there are none, resting whenever a slice is used up.
 *
 * @param restMs - How long to rest; 0 lets only what waits already go first.
 * @throws What a step throws. Ends early, without an error, when the signal aborts.
 */
export async function inSlices(steps: Iterator<unknown>, clock: Clock, signal: AbortSignal, restMs = 0): Promise<void> {
  let endMs = clock.monotonicMs() + SLICE_MS;
  while (!signal.aborted && !steps.next().done) {
    if (clock.monotonicMs() < endMs) continue;
    await rest(clock, restMs, signal);
    endMs = clock.monotonicMs() + SLICE_MS;
  }
}

/** Waits for a while, or until the signal aborts. */
export function rest(clock: Clock, restMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.setTimer(end, restMs);
    signal.addEventListener("abort", end);
  });
}
