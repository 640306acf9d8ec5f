/** One line that shows how far long work has come, and is gone when it is done. @module */
import type { TextStream } from "./terminal.js";

/** How often the line is written anew. */
const INTERVAL_MS = 200;

/** A progress line. */
export interface Progress {
  /** Says how far it has come; cheap to call often. */
  show(text: () => string): void;
  /** Takes the line away. */
  clear(): void;
}

/** A progress line on a terminal; on anything else, nothing is ever written. */
export function createProgress(stream: TextStream, nowMs: () => number): Progress {
  if (stream.isTTY !== true) return { show: () => undefined, clear: () => undefined };
  let shownAtMs = nowMs();
  let isShown = false;
  return {
    show(text) {
      if (nowMs() - shownAtMs < INTERVAL_MS) return;
      shownAtMs = nowMs();
      isShown = true;
      stream.write(`\r${text()}\u001b[K`);
    },
    clear() {
      if (isShown) stream.write("\r\u001b[K");
      isShown = false;
    },
  };
}
