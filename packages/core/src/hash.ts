/** MurmurHash3, x64 variant, 128 bits, seed 0: the hash that buckets and bloom filters are made of. @module */

// 64-bit numbers are kept as two 32-bit halves, and products of halves in pieces of 16 bits, so that nothing is ever more
// than a 32-bit integer: BigInt would be ten times slower, doubles twice. Nothing branches on what is hashed, which no
// processor can foresee: with comparisons for carries, a hash takes a third longer. V8 puts a function's body in place of its
// call only up to 920 bytes of code in all, so a function has four products: with calls, a hash takes half as long again.

/** Words of four bytes, the first one lowest, that are hashed at a time. */
export const BLOCK_WORDS = 4;

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
  // Products of 16-bit pieces, and what is added here, stay below 2^32.
  const middle = a1 * b0 + ((a0 * b0) >>> 16);
  const cross = a0 * b1 + (middle & 0xffff);
  const high = Math.imul(a1, b1) + (middle >>> 16) + (cross >>> 16);
  return (high + Math.imul(aHi, bLo) + Math.imul(aLo, bHi)) | 0;
}

/** 1 if two 32-bit halves are more than their sum. */
function carry(a: number, b: number, sum: number): number {
  return ((a & b) | ((a | b) & ~sum)) >>> 31;
}

/**
 * Hashes words into a state.
 *
 * @param wholeEnd - Where the last whole block ends.
 * @param end - The same, or a block further: the rest, filled up with zeros.
 */
export function hashWords(words: Int32Array, wholeEnd: number, end: number, state: HashState): void {
  // Constants and state in variables, which engines keep in registers: elsewhere they cost a third more.
  const C1_LO = 0x114253d5;
  const C1_HI = 0x87c37b91 | 0;
  const C2_LO = 0x2745937f;
  const C2_HI = 0x4cf5ad43;
  let h1Hi = state[0] as number;
  let h1Lo = state[1] as number;
  let h2Hi = state[2] as number;
  let h2Lo = state[3] as number;
  for (let at = 0; at < end; at += 4) {
    const first = words[at] as number;
    let lo = Math.imul(first, C1_LO);
    let hi = productHigh(first, words[at + 1] as number, C1_LO, C1_HI);
    let turned = (lo << 31) | (hi >>> 1);
    h1Hi ^= productHigh(turned, (hi << 31) | (lo >>> 1), C2_LO, C2_HI);
    h1Lo ^= Math.imul(turned, C2_LO);
    if (at < wholeEnd) {
      lo = (h1Lo << 27) | (h1Hi >>> 5);
      hi = (h1Hi << 27) | (h1Lo >>> 5);
      h1Lo = (lo + h2Lo) | 0;
      h1Hi = (hi + h2Hi + carry(lo, h2Lo, h1Lo)) | 0;
      const low = (h1Lo & 0xffff) * 5 + 0xe729;
      const high = (h1Lo >>> 16) * 5 + 0x52dc + (low >>> 16);
      h1Lo = (high << 16) | (low & 0xffff);
      h1Hi = (Math.imul(h1Hi, 5) + (high >>> 16)) | 0;
    }
    const second = words[at + 2] as number;
    lo = Math.imul(second, C2_LO);
    hi = productHigh(second, words[at + 3] as number, C2_LO, C2_HI);
    turned = (hi << 1) | (lo >>> 31);
    h2Hi ^= productHigh(turned, (lo << 1) | (hi >>> 31), C1_LO, C1_HI);
    h2Lo ^= Math.imul(turned, C1_LO);
    if (at < wholeEnd) {
      lo = (h2Lo << 31) | (h2Hi >>> 1);
      hi = (h2Hi << 31) | (h2Lo >>> 1);
      h2Lo = (lo + h1Lo) | 0;
      h2Hi = (hi + h1Hi + carry(lo, h1Lo, h2Lo)) | 0;
      const low = (h2Lo & 0xffff) * 5 + 0x5ab5;
      const high = (h2Lo >>> 16) * 5 + 0x3849 + (low >>> 16);
      h2Lo = (high << 16) | (low & 0xffff);
      h2Hi = (Math.imul(h2Hi, 5) + (high >>> 16)) | 0;
    }
  }
  state[0] = h1Hi;
  state[1] = h1Lo;
  state[2] = h2Hi;
  state[3] = h2Lo;
}

/** Spreads what was hashed, so many bytes, over all bits. */
export function finishHash(lengthBytes: number, state: HashState): void {
  const F1_LO = 0xed558ccd | 0;
  const F1_HI = 0xff51afd7 | 0;
  const F2_LO = 0x1a85ec53;
  const F2_HI = 0xc4ceb9fe | 0;
  const h1Lo = (state[1] as number) ^ lengthBytes;
  const h2Lo = (state[3] as number) ^ lengthBytes;
  let lo = (h1Lo + h2Lo) | 0;
  let hi = ((state[0] as number) + (state[2] as number) + carry(h1Lo, h2Lo, lo)) | 0;
  let otherLo = (h2Lo + lo) | 0;
  let otherHi = ((state[2] as number) + hi + carry(h2Lo, lo, otherLo)) | 0;
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
  const sumLo = (lo + otherLo) | 0;
  const sumHi = (hi + otherHi + carry(lo, otherLo, sumLo)) | 0;
  const lastLo = (otherLo + sumLo) | 0;
  state[0] = sumHi;
  state[1] = sumLo;
  state[2] = otherHi + sumHi + carry(otherLo, sumLo, lastLo);
  state[3] = lastLo;
}
