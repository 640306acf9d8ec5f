/** Randomness that a test can repeat: everything follows from one seed. @module */

/** A repeatable source of randomness. */
export interface SeededRandom {
  /** A number in [0, 1), as `Math.random`. */
  next(): number;
  /** Random bytes. */
  bytes(count: number): Uint8Array;
  /** An integer in [0, below). */
  below(below: number): number;
  /**
   * One of them.
   *
   * @throws RangeError if there is none.
   */
  pick<T>(from: readonly T[]): T;
  /** Another source that follows from this one's seed and the number alone, whatever has been drawn: one for each client of many. */
  fork(number: number): SeededRandom;
}

/**
 * Makes a source of randomness from a seed (sfc32).
 *
 * @param seed - Any integer; equal seeds give equal sequences.
 */
export function createSeededRandom(seed: number): SeededRandom {
  let [a, b, c, counter] = [seed | 0, (seed ^ 0x9e3779b9) | 0, 0x243f6a88, 1];

  const nextUint32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 15; warmUp++) nextUint32();
  const next = (): number => nextUint32() / 2 ** 32;
  const below = (limit: number): number => Math.floor(next() * limit);

  return {
    next,
    bytes: (count) => Uint8Array.from({ length: count }, () => nextUint32() >>> 24),
    below,
    pick(from) {
      const at = below(from.length);
      if (!(at in from)) throw new RangeError("nothing to pick from");
      return from[at] as (typeof from)[number];
    },
    fork: (number) => createSeededRandom(Math.imul(seed ^ 0x85ebca6b, 0xc2b2ae35) ^ Math.imul(number + 1, 0x27d4eb2f)),
  };
}
