/** Says how far long work has come, not more often than somebody can read. @module */

/** How often it is said. */
const INTERVAL_MS = 200;

/**
 * A function to call after each step of long work.
 *
 * @param show - A terminal's `progress`, which does nothing where nobody looks.
 * @param nowMs - The clock; work that is done within the first interval says nothing.
 */
export function createProgress(show: (line: string) => void, nowMs: () => number): (text: () => string) => void {
  let shownAtMs = nowMs();
  return (text) => {
    if (nowMs() - shownAtMs < INTERVAL_MS) return;
    shownAtMs = nowMs();
    show(text());
  };
}
