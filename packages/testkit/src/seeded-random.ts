/** Randomness that a test can repeat: everything follows from one seed. @module */

/** A repeatable source of randomness. */
export interface SeededRandom {
  /** A number in [0, 1), as `Math.random`. */
  next(): number;
  /** Random bytes. */
  bytes(count: number): Uint8Array;
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

  return {
    next: () => nextUint32() / 2 ** 32,
    bytes: (count) => Uint8Array.from({ length: count }, () => nextUint32() >>> 24),
  };
}
