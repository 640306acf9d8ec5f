/** A ceiling on how many attempts may come to nothing in a minute, whatever an endpoint does. @module */

const MOST = 6;
const PERIOD_MS = 60_000;

/** The attempts that came to nothing lately: at most six in any minute, and as many more as succeeded. */
export interface Ceiling {
  /** Before which moment there may be no attempt. */
  readonly untilMs: number;
  /** Notes an attempt that came to nothing. */
  noteNothing(atMs: number): void;
  /** Notes a success. */
  noteSuccess(): void;
}

/** None so far. */
export function createCeiling(): Ceiling {
  const endedAtMs: number[] = [];
  return {
    get untilMs() {
      return endedAtMs.length < MOST ? 0 : (endedAtMs[0] ?? 0) + PERIOD_MS;
    },
    noteNothing(atMs) {
      endedAtMs.push(atMs);
      if (endedAtMs.length > MOST) endedAtMs.shift();
    },
    noteSuccess: () => void endedAtMs.shift(),
  };
}
