/** Membership in a bloom filter. @module */
import type { HashState } from "../hash.js";
import { createHashBuffer, hashText } from "../salted-text.js";
import type { BloomFilter } from "../segment.js";
import type { BloomTest } from "../segment-scope.js";

/**
 * Prepares a filter: the two halves of the unit's hash are a start and a stride through the bits.
 *
 * @param filter - Its bit count is positive.
 */
export function bloomTest({ data, hashFunctionCount, bitCount }: BloomFilter): BloomTest {
  const bits = BigInt(bitCount);
  const buffer = createHashBuffer();
  const has = (unit: string): boolean => {
    const hash = hashText(buffer, unit);
    let at = half(hash, 0);
    const stride = half(hash, 2);
    for (let i = 0; i < hashFunctionCount; i++) {
      if (!isSet(data, Number(BigInt.asUintN(63, at) % bits))) return false;
      at += stride;
    }
    return true;
  };
  return { steps: hashFunctionCount, has };
}

/** A half of the hash: its upper and its lower word. */
function half(hash: HashState, at: number): bigint {
  return (BigInt((hash[at] as number) >>> 0) << 32n) | BigInt((hash[at + 1] as number) >>> 0);
}

/** Bits lie in 8-byte big-endian words, least significant first; in a word cut short, byte by byte. */
function isSet(data: Uint8Array, bit: number): boolean {
  const word = Math.floor(bit / 64) * 8;
  const byte = Math.floor((bit % 64) / 8);
  const at = word + 8 <= data.length ? word + 7 - byte : word + byte;
  return (((data[at] ?? 0) >> (bit % 8)) & 1) === 1;
}
