/** Buckets: a unit's place on the line that assignments and allocations are cut from. @module */
import { murmur3 } from "./hash.js";
import { utf8Of, writeUtf8 } from "./utf8.js";

/** Units longer than this are refused before they are hashed. */
export const MAX_UNIT_BYTES = 100;

/** Places units on lines of one salt. Remembers the last unit, since rules in a row often share salt and unit. */
export interface Bucketer {
  /**
   * The unit's bucket.
   *
   * @param unit - At most {@link MAX_UNIT_BYTES} bytes of UTF-8.
   * @param bucketCount - A positive integer below 2^31.
   */
  bucketOf(unit: string, bucketCount: number): number;
}

/** A bucketer of one salt, whose bytes are written once and for all when the first unit comes. */
export function createBucketer(salt: string): Bucketer {
  const hash = new Int32Array(4);
  let bytes: Uint8Array | undefined;
  let saltBytes = 0;
  let hashed: string | undefined;
  return {
    bucketOf(unit, bucketCount) {
      if (unit !== hashed) {
        if (bytes === undefined) {
          const prefix = utf8Of(`${salt}|`);
          saltBytes = prefix.length;
          bytes = new Uint8Array(saltBytes + MAX_UNIT_BYTES);
          bytes.set(prefix);
        }
        murmur3(bytes, writeUtf8(unit, bytes, saltBytes), hash);
        hashed = unit;
      }
      return remainder(hash, bucketCount);
    },
  };
}

/** `(h1 >>> 4) mod count`, in steps that stay below 2^53. */
function remainder(hash: Int32Array, count: number): number {
  const hi = (hash[0] as number) >>> 0;
  const lo = (((hash[1] as number) >>> 4) | (hi << 28)) >>> 0;
  let rest = (hi >>> 4) % count;
  rest = (rest * 0x10000 + (lo >>> 16)) % count;
  return (rest * 0x10000 + (lo & 0xffff)) % count;
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
  const bytes = utf8Of(`${salt}|${unit}`);
  const hash = new Int32Array(4);
  murmur3(bytes, bytes.length, hash);
  return remainder(hash, bucketCount);
}
