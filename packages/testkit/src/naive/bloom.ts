/** Membership in a bloom filter: section 5.7. @module */
import type { BloomFilter } from "@aplomb/proto/bundle";
import { murmur3Of } from "./murmur3.js";

/** Whether a filter has every bit of a unit (§5.7); its bit count is positive (A11). */
export function isInBloomFilter(filter: BloomFilter, unit: string): boolean {
  const { h1, h2 } = murmur3Of(unit);
  let accumulator = h1;
  for (let round = 0; round < filter.hashFunctionCount; round++) {
    const index = BigInt.asUintN(63, accumulator) % filter.bitCount;
    if (!hasBit(filter.data, index)) return false;
    accumulator = BigInt.asUintN(64, accumulator + h2);
  }
  return true;
}

/** §5.7: 8-byte big-endian words, and a rest of plain bytes; a bit beyond the data is clear. */
function hasBit(data: Uint8Array, index: bigint): boolean {
  if (index >= BigInt(data.length) * 8n) return false;
  const bit = Number(index);
  const word = Math.floor(bit / 64);
  const byteInWord = Math.floor((bit % 64) / 8);
  const isWholeWord = 8 * (word + 1) <= data.length;
  const byte = data[8 * word + (isWholeWord ? 7 - byteInWord : byteInWord)] as number;
  return ((byte >> (bit % 8)) & 1) === 1;
}
