/** Buckets: a unit's place on the line that assignments and allocations are cut from. @module */
import {
  createHashBuffer,
  createSaltedText,
  type HashBuffer,
  hashSalted,
  hashText,
  type SaltedText,
} from "./salted-text.js";

/** Units longer than this are refused before they are hashed. */
export const MAX_UNIT_BYTES = 100;

/**
 * Places units on lines of one salt. Remembers the last unit, since rules in a row often share salt and unit.
 *
 * A class, because a bundle has thousands of them: methods are called at once where closures are looked up first.
 */
export class Bucketer {
  readonly #salt: string;
  readonly #buffer: HashBuffer;
  /** Prepared when the first unit comes. */
  #salted: SaltedText | undefined;
  #hashed: string | undefined;
  #hi = 0;
  #lo = 0;

  constructor(salt: string, buffer: HashBuffer) {
    this.#salt = salt;
    this.#buffer = buffer;
  }

  /**
   * The unit's bucket.
   *
   * @param unit - At most {@link MAX_UNIT_BYTES} bytes of UTF-8.
   * @param bucketCount - A positive integer below 2^31.
   */
  bucketOf(unit: string, bucketCount: number): number {
    if (unit !== this.#hashed) {
      this.#salted ??= createSaltedText(`${this.#salt}|`);
      const hash = hashSalted(this.#buffer, this.#salted, unit);
      this.#hi = hash[0] as number;
      this.#lo = hash[1] as number;
      this.#hashed = unit;
    }
    return remainder(this.#hi, this.#lo, bucketCount);
  }
}

/** A bucketer of one salt. */
export function createBucketer(salt: string, buffer: HashBuffer): Bucketer {
  return new Bucketer(salt, buffer);
}

/** `(h1 >>> 4) mod count`, piece by piece, so that no number is beyond 32 bits, or 2^47 for long lines. */
function remainder(h1Hi: number, h1Lo: number, bucketCount: number): number {
  const count = bucketCount >>> 0;
  const lo = ((h1Lo >>> 4) | (h1Hi << 28)) >>> 0;
  let rest = (h1Hi >>> 4) % count;
  if (count <= 0x10000) {
    rest = (((rest << 16) | (lo >>> 16)) >>> 0) % count;
    return (((rest << 16) | (lo & 0xffff)) >>> 0) % count;
  }
  rest = (rest * 0x10000 + (lo >>> 16)) % count;
  // As an integer, which engines need not allocate for.
  return ((rest * 0x10000 + (lo & 0xffff)) % count) | 0;
}

/**
 * The unit's place on the line that a rule's assignments are cut from.
 *
 * Depends only on its three arguments: the same on every platform and in every release, because an experiment is void
 * if it changes.
 *
 * @param salt - The rule's salt; may be empty.
 * @param unit - Hashed as UTF-8, as given: not trimmed, not lower-cased.
 * @param bucketCount - A positive integer below 2^31.
 * @returns An integer in `[0, bucketCount)`: MurmurHash3 x64-128, seed 0, of `salt|unit`; h1 shifted right by 4, modulo.
 * @throws RangeError if `bucketCount` is not a positive integer below 2^31.
 * @example bucketOf("s1", "roug", 1000) // 721
 */
export function bucketOf(salt: string, unit: string, bucketCount: number): number {
  if (!Number.isInteger(bucketCount) || bucketCount < 1 || bucketCount > 0x7fffffff) {
    throw new RangeError(`bucketCount must be an integer from 1 to 2147483647, not ${bucketCount}`);
  }
  const [h1Hi = 0, h1Lo = 0] = hashText(createHashBuffer(), `${salt}|${unit}`);
  return remainder(h1Hi, h1Lo, bucketCount);
}
