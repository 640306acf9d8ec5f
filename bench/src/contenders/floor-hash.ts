/** The floor's own hash, as somebody would write it by hand: MurmurHash3 x64-128 with 32-bit halves, nothing prepared. @module */

const encoder = new TextEncoder();

/** Places units on the line of one salt: bytes in a buffer, hashed as a whole. */
export function createBuckets(salt: string): (unit: string, bucketCount: number) => number {
  const prefix = encoder.encode(`${salt}|`);
  const bytes = new Uint8Array(prefix.length + 300);
  bytes.set(prefix);
  const hash = new Int32Array(4);
  return (unit, bucketCount) => {
    const length = writeText(unit, bytes, prefix.length);
    murmur3(bytes, length, hash);
    const hi = (hash[0] as number) >>> 0;
    const lo = (((hash[1] as number) >>> 4) | (hi << 28)) >>> 0;
    const rest = (((hi >>> 4) % bucketCount) * 0x10000 + (lo >>> 16)) % bucketCount;
    return (rest * 0x10000 + (lo & 0xffff)) % bucketCount;
  };
}

function writeText(text: string, into: Uint8Array, at: number): number {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127) return at + i + encoder.encodeInto(text.slice(i), into.subarray(at + i)).written;
    into[at + i] = unit;
  }
  return at + text.length;
}

// 64-bit numbers are kept as two 32-bit halves: BigInt would be four times slower.
const C1_LO = 0x114253d5;
const C1_HI = 0x87c37b91;
const C2_LO = 0x2745937f;
const C2_HI = 0x4cf5ad43;

/** The upper half of a 64-bit product; the lower half is `Math.imul` of the two lower halves. */
function productHigh(aLo: number, aHi: number, bLo: number, bHi: number): number {
  const a0 = aLo & 0xffff;
  const a1 = aLo >>> 16;
  const b0 = bLo & 0xffff;
  const b1 = bLo >>> 16;
  const low = Math.imul(a0, b0) >>> 16;
  const middle = (Math.imul(a1, b0) >>> 0) + low;
  const cross = (Math.imul(a0, b1) >>> 0) + (middle & 0xffff);
  const high = Math.imul(a1, b1) + ((middle / 0x10000) | 0) + ((cross / 0x10000) | 0);
  return (high + Math.imul(aHi, bLo) + Math.imul(aLo, bHi)) | 0;
}

/** 1 if adding two 32-bit halves carries. */
function carry(sumLo: number, addedLo: number): number {
  return sumLo >>> 0 < addedLo >>> 0 ? 1 : 0;
}

/** Hashes the first bytes: h1's upper and lower half, then h2's, as 32-bit words. */
function murmur3(bytes: Uint8Array, length: number, out: Int32Array): void {
  let h1Lo = 0;
  let h1Hi = 0;
  let h2Lo = 0;
  let h2Hi = 0;
  const blocks = length - (length & 15);
  for (let at = 0; at < length; at += 16) {
    const whole = at < blocks;
    let kLo = whole ? wordAt(bytes, at) : tailWord(bytes, at, length);
    let kHi = whole ? wordAt(bytes, at + 4) : tailWord(bytes, at + 4, length);
    let mixedLo = Math.imul(kLo, C1_LO);
    let mixedHi = productHigh(kLo, kHi, C1_LO, C1_HI);
    kLo = (mixedLo << 31) | (mixedHi >>> 1);
    kHi = (mixedHi << 31) | (mixedLo >>> 1);
    h1Lo ^= Math.imul(kLo, C2_LO);
    h1Hi ^= productHigh(kLo, kHi, C2_LO, C2_HI);
    if (whole) {
      mixedLo = (h1Lo << 27) | (h1Hi >>> 5);
      mixedHi = (h1Hi << 27) | (h1Lo >>> 5);
      h1Lo = (mixedLo + h2Lo) | 0;
      h1Hi = (mixedHi + h2Hi + carry(h1Lo, h2Lo)) | 0;
      const times5 = (h1Lo >>> 0) * 5 + 0x52dce729;
      h1Hi = (Math.imul(h1Hi, 5) + ((times5 / 0x100000000) | 0)) | 0;
      h1Lo = times5 | 0;
    }
    kLo = whole ? wordAt(bytes, at + 8) : tailWord(bytes, at + 8, length);
    kHi = whole ? wordAt(bytes, at + 12) : tailWord(bytes, at + 12, length);
    mixedLo = Math.imul(kLo, C2_LO);
    mixedHi = productHigh(kLo, kHi, C2_LO, C2_HI);
    kLo = (mixedHi << 1) | (mixedLo >>> 31);
    kHi = (mixedLo << 1) | (mixedHi >>> 31);
    h2Lo ^= Math.imul(kLo, C1_LO);
    h2Hi ^= productHigh(kLo, kHi, C1_LO, C1_HI);
    if (whole) {
      mixedLo = (h2Lo << 31) | (h2Hi >>> 1);
      mixedHi = (h2Hi << 31) | (h2Lo >>> 1);
      h2Lo = (mixedLo + h1Lo) | 0;
      h2Hi = (mixedHi + h1Hi + carry(h2Lo, h1Lo)) | 0;
      const times5 = (h2Lo >>> 0) * 5 + 0x38495ab5;
      h2Hi = (Math.imul(h2Hi, 5) + ((times5 / 0x100000000) | 0)) | 0;
      h2Lo = times5 | 0;
    }
  }
  out[0] = h1Hi;
  out[1] = h1Lo ^ length;
  out[2] = h2Hi;
  out[3] = h2Lo ^ length;
  addInto(out, 0, 2);
  addInto(out, 2, 0);
  finalMix(out, 0);
  finalMix(out, 2);
  addInto(out, 0, 2);
  addInto(out, 2, 0);
}

/** Four bytes, little-endian. */
function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

/** Four bytes, little-endian, zero from the end on. */
function tailWord(bytes: Uint8Array, at: number, end: number): number {
  let word = 0;
  for (let i = Math.min(at + 4, end) - 1; i >= at; i--) word = (word << 8) | (bytes[i] as number);
  return word;
}

function addInto(out: Int32Array, to: number, from: number): void {
  const added = out[from + 1] as number;
  const sum = ((out[to + 1] as number) + added) | 0;
  out[to] = (out[to] as number) + (out[from] as number) + carry(sum, added);
  out[to + 1] = sum;
}

function finalMix(out: Int32Array, at: number): void {
  let hi = out[at] as number;
  let lo = (out[at + 1] as number) ^ (hi >>> 1);
  hi = productHigh(lo, hi, 0xed558ccd, 0xff51afd7);
  lo = Math.imul(lo, 0xed558ccd);
  lo ^= hi >>> 1;
  hi = productHigh(lo, hi, 0x1a85ec53, 0xc4ceb9fe);
  lo = Math.imul(lo, 0x1a85ec53);
  out[at] = hi;
  out[at + 1] = lo ^ (hi >>> 1);
}
