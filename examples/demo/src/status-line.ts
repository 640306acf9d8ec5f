/** One line at the foot of the terminal that is written over, below lines that stay. @module */

/** A stream such as `process.stdout`. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The foot of a terminal. */
export interface StatusLine {
  /** Replaces the line. Where nobody looks, it is written at most every ten seconds. */
  show(text: string): void;
  /** Writes a line that stays, above. */
  print(text: string): void;
  /** Takes the line away. */
  clear(): void;
}

const QUIET_INTERVAL_MS = 10_000;
const CLEAR = "\r\u001b[2K";

/** A status line on a stream. */
export function createStatusLine(stream: TextStream): StatusLine {
  let current = "";
  let shownAtMs = 0;
  const clear = (): void => {
    if (stream.isTTY && current !== "") stream.write(CLEAR);
    current = "";
  };
  return {
    show(text) {
      if (stream.isTTY) {
        clear();
        current = text;
        stream.write(text);
      } else if (Date.now() - shownAtMs >= QUIET_INTERVAL_MS) {
        shownAtMs = Date.now();
        stream.write(`${text}\n`);
      }
    },
    print(text) {
      const below = current;
      clear();
      stream.write(`${text}\n`);
      if (stream.isTTY && below !== "") this.show(below);
    },
    clear,
  };
}
