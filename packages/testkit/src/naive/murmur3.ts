/** MurmurHash3 x64 128 over BigInt, as its description says and as slow as that is: section 6. @module */
import { utf8Of } from "./utf8.js";

const WORD: bigint = (1n << 64n) - 1n;
const C1 = 0x87c37b91114253d5n;
const C2 = 0x4cf5ad432745937fn;

/** The two 64-bit halves of a text's hash, seed 0 (§6). */
export function murmur3Of(text: string): { h1: bigint; h2: bigint } {
  const bytes = utf8Of(text);
  let h1 = 0n;
  let h2 = 0n;
  let at = 0;
  for (; at + 16 <= bytes.length; at += 16) {
    h1 ^= mixFirst(littleEndian(bytes.slice(at, at + 8)));
    h1 = (times(rotated(h1, 27n) + h2, 5n) + 0x52dce729n) & WORD;
    h2 ^= mixSecond(littleEndian(bytes.slice(at + 8, at + 16)));
    h2 = (times(rotated(h2, 31n) + h1, 5n) + 0x38495ab5n) & WORD;
  }
  const rest = bytes.slice(at);
  h2 ^= mixSecond(littleEndian(rest.slice(8)));
  h1 ^= mixFirst(littleEndian(rest.slice(0, 8)));
  const length = BigInt(bytes.length);
  h1 = ((h1 ^ length) + (h2 ^ length)) & WORD;
  h2 = ((h2 ^ length) + h1) & WORD;
  h1 = finished(h1);
  h2 = finished(h2);
  h1 = (h1 + h2) & WORD;
  h2 = (h2 + h1) & WORD;
  return { h1, h2 };
}

/** The bucket of a text on a line of `count` buckets (§6); `count` is at least 1. */
export function bucketOfText(text: string, count: number): number {
  return Number((murmur3Of(text).h1 >> 4n) % BigInt(count));
}

function littleEndian(bytes: readonly number[]): bigint {
  return bytes.reduce((word, byte, index) => word | (BigInt(byte) << BigInt(8 * index)), 0n);
}

function mixFirst(block: bigint): bigint {
  return times(rotated(times(block, C1), 31n), C2);
}

function mixSecond(block: bigint): bigint {
  return times(rotated(times(block, C2), 33n), C1);
}

function finished(word: bigint): bigint {
  let mixed = times(word ^ (word >> 33n), 0xff51afd7ed558ccdn);
  mixed = times(mixed ^ (mixed >> 33n), 0xc4ceb9fe1a85ec53n);
  return mixed ^ (mixed >> 33n);
}

function rotated(word: bigint, count: bigint): bigint {
  return ((word << count) | (word >> (64n - count))) & WORD;
}

function times(left: bigint, right: bigint): bigint {
  return ((left & WORD) * right) & WORD;
}
