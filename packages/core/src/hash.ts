/** MurmurHash3, x64 variant, 128 bits, seed 0: the hash that buckets and bloom filters are made of. @module */

// 64-bit numbers are kept as two 32-bit halves, and products of halves in pieces of 16 bits, so that nothing is ever more
// than a 32-bit integer: BigInt would be ten times slower, doubles twice.
const C1_LO = 0x114253d5;
const C1_HI = 0x87c37b91 | 0;
const C2_LO = 0x2745937f;
const C2_HI = 0x4cf5ad43;
const F1_LO = 0xed558ccd | 0;
const F1_HI = 0xff51afd7 | 0;
const F2_LO = 0x1a85ec53;
const F2_HI = 0xc4ceb9fe | 0;

/** Bytes that are hashed at a time. */
export const BLOCK_BYTES = 16;

/** h1's upper and lower half, then h2's, as 32-bit words. */
export type HashState = Int32Array;

/** The state before anything is hashed. */
export function createHashState(): HashState {
  return new Int32Array(4);
}

/** The upper half of a 64-bit product; the lower half is `Math.imul` of the two lower halves. */
function productHigh(aLo: number, aHi: number, bLo: number, bHi: number): number {
  const a0 = aLo & 0xffff;
  const a1 = aLo >>> 16;
  const b0 = bLo & 0xffff;
  const b1 = bLo >>> 16;
  const cross = Math.imul(a0, b1);
  const otherCross = Math.imul(a1, b0);
  const middle = (Math.imul(a0, b0) >>> 16) + (cross & 0xffff) + (otherCross & 0xffff);
  const high = Math.imul(a1, b1) + (cross >>> 16) + (otherCross >>> 16) + (middle >>> 16);
  return (high + Math.imul(aHi, bLo) + Math.imul(aLo, bHi)) | 0;
}

/** 1 if adding two 32-bit halves carries. */
function carry(sumLo: number, addedLo: number): number {
  return sumLo >>> 0 < addedLo >>> 0 ? 1 : 0;
}

/** What five times a lower half adds to the upper one. */
function fiveTimesHigh(lo: number): number {
  return ((lo >>> 16) * 5 + (((lo & 0xffff) * 5) >>> 16)) >>> 16;
}

// The functions below keep the hash in variables, which engines keep in registers: in an array it takes a third longer.

/** Hashes whole blocks, from one place to another, into a state. */
export function hashBlocks(bytes: DataView, from: number, to: number, state: HashState): void {
  let h1Hi = state[0] as number;
  let h1Lo = state[1] as number;
  let h2Hi = state[2] as number;
  let h2Lo = state[3] as number;
  for (let at = from; at < to; at += BLOCK_BYTES) {
    const first = bytes.getInt32(at, true);
    let lo = Math.imul(first, C1_LO);
    let hi = productHigh(first, bytes.getInt32(at + 4, true), C1_LO, C1_HI);
    let turned = (lo << 31) | (hi >>> 1);
    h1Hi ^= productHigh(turned, (hi << 31) | (lo >>> 1), C2_LO, C2_HI);
    h1Lo ^= Math.imul(turned, C2_LO);
    lo = (((h1Lo << 27) | (h1Hi >>> 5)) + h2Lo) | 0;
    hi = ((h1Hi << 27) | (h1Lo >>> 5)) + h2Hi + carry(lo, h2Lo);
    h1Lo = (Math.imul(lo, 5) + 0x52dce729) | 0;
    h1Hi = (Math.imul(hi, 5) + fiveTimesHigh(lo) + carry(h1Lo, 0x52dce729)) | 0;

    const second = bytes.getInt32(at + 8, true);
    lo = Math.imul(second, C2_LO);
    hi = productHigh(second, bytes.getInt32(at + 12, true), C2_LO, C2_HI);
    turned = (hi << 1) | (lo >>> 31);
    h2Hi ^= productHigh(turned, (lo << 1) | (hi >>> 31), C1_LO, C1_HI);
    h2Lo ^= Math.imul(turned, C1_LO);
    lo = (((h2Lo << 31) | (h2Hi >>> 1)) + h1Lo) | 0;
    hi = ((h2Hi << 31) | (h2Lo >>> 1)) + h1Hi + carry(lo, h1Lo);
    h2Lo = (Math.imul(lo, 5) + 0x38495ab5) | 0;
    h2Hi = (Math.imul(hi, 5) + fiveTimesHigh(lo) + carry(h2Lo, 0x38495ab5)) | 0;
  }
  state[0] = h1Hi;
  state[1] = h1Lo;
  state[2] = h2Hi;
  state[3] = h2Lo;
}

/** Hashes the last block, which is not whole, into a state. */
function hashRest(bytes: DataView, at: number, state: HashState): void {
  const first = bytes.getInt32(at, true);
  let lo = Math.imul(first, C1_LO);
  let hi = productHigh(first, bytes.getInt32(at + 4, true), C1_LO, C1_HI);
  let turned = (lo << 31) | (hi >>> 1);
  state[0] = (state[0] as number) ^ productHigh(turned, (hi << 31) | (lo >>> 1), C2_LO, C2_HI);
  state[1] = (state[1] as number) ^ Math.imul(turned, C2_LO);
  const second = bytes.getInt32(at + 8, true);
  lo = Math.imul(second, C2_LO);
  hi = productHigh(second, bytes.getInt32(at + 12, true), C2_LO, C2_HI);
  turned = (hi << 1) | (lo >>> 31);
  state[2] = (state[2] as number) ^ productHigh(turned, (lo << 1) | (hi >>> 31), C1_LO, C1_HI);
  state[3] = (state[3] as number) ^ Math.imul(turned, C1_LO);
}

/** Spreads what was hashed over all bits. */
function finish(length: number, state: HashState): void {
  const h2Lo = (state[3] as number) ^ length;
  let lo = (((state[1] as number) ^ length) + h2Lo) | 0;
  let hi = ((state[0] as number) + (state[2] as number) + carry(lo, h2Lo)) | 0;
  let otherLo = (h2Lo + lo) | 0;
  let otherHi = ((state[2] as number) + hi + carry(otherLo, lo)) | 0;
  lo ^= hi >>> 1;
  hi = productHigh(lo, hi, F1_LO, F1_HI);
  lo = Math.imul(lo, F1_LO) ^ (hi >>> 1);
  hi = productHigh(lo, hi, F2_LO, F2_HI);
  lo = Math.imul(lo, F2_LO) ^ (hi >>> 1);
  otherLo ^= otherHi >>> 1;
  otherHi = productHigh(otherLo, otherHi, F1_LO, F1_HI);
  otherLo = Math.imul(otherLo, F1_LO) ^ (otherHi >>> 1);
  otherHi = productHigh(otherLo, otherHi, F2_LO, F2_HI);
  otherLo = Math.imul(otherLo, F2_LO) ^ (otherHi >>> 1);
  lo = (lo + otherLo) | 0;
  hi = (hi + otherHi + carry(lo, otherLo)) | 0;
  otherLo = (otherLo + lo) | 0;
  state[0] = hi;
  state[1] = lo;
  state[2] = otherHi + hi + carry(otherLo, lo);
  state[3] = otherLo;
}

/**
 * Hashes bytes.
 *
 * @param bytes - The first `end` of them are hashed. Those behind, up to a whole block, must be there and zero.
 * @param length - All that is hashed, what is prepared included.
 * @param prepared - The state after what comes before these bytes.
 * @param state - Gets the hash.
 */
export function murmur3(bytes: DataView, end: number, length: number, prepared: HashState, state: HashState): void {
  const whole = end - (end % BLOCK_BYTES);
  for (let i = 0; i < 4; i++) state[i] = prepared[i] as number;
  hashBlocks(bytes, 0, whole, state);
  if (whole < end) hashRest(bytes, whole, state);
  finish(length, state);
}
