/** SHA-256, synchronous: for exposure ids and hashed literals. @module */

// FIPS 180-4. Own code, because a library is three times the size and a page loads it at once (decision 9).

const BLOCK_BYTES = 64;
const ROUNDS = 64;

/** The first 32 bits of the fractions of square roots and of cube roots of the first primes. */
const [INITIAL, ROUND_CONSTANTS] = rootsOfPrimes();

function rootsOfPrimes(): readonly [Int32Array, Int32Array] {
  const squareRoots = new Int32Array(8);
  const cubeRoots = new Int32Array(ROUNDS);
  for (let candidate = 2, found = 0; found < ROUNDS; candidate++) {
    let divisor = 2;
    while (candidate % divisor !== 0) divisor++;
    if (divisor < candidate) continue;
    if (found < 8) squareRoots[found] = candidate ** (1 / 2) * 0x100000000;
    cubeRoots[found++] = candidate ** (1 / 3) * 0x100000000;
  }
  return [squareRoots, cubeRoots];
}

const words = new Int32Array(ROUNDS);

/** The 32 bytes of a message's digest. */
export function sha256Of(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(Math.ceil((message.length + 9) / BLOCK_BYTES) * BLOCK_BYTES);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, message.length / 0x20000000);
  view.setUint32(padded.length - 4, message.length << 3);
  const state = INITIAL.slice();
  for (let at = 0; at < padded.length; at += BLOCK_BYTES) digestBlock(view, at, state);
  const digest = new Uint8Array(32);
  const out = new DataView(digest.buffer);
  for (let i = 0; i < 8; i++) out.setInt32(i * 4, state[i] as number);
  return digest;
}

function digestBlock(view: DataView, at: number, state: Int32Array): void {
  for (let i = 0; i < 16; i++) words[i] = view.getInt32(at + i * 4);
  for (let i = 16; i < ROUNDS; i++) {
    const near = words[i - 15] as number;
    const far = words[i - 2] as number;
    const mixed = (turn(near, 7) ^ turn(near, 18) ^ (near >>> 3)) + (turn(far, 17) ^ turn(far, 19) ^ (far >>> 10));
    words[i] = (mixed + (words[i - 7] as number) + (words[i - 16] as number)) | 0;
  }
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  let f = state[5] as number;
  let g = state[6] as number;
  let h = state[7] as number;
  for (let i = 0; i < ROUNDS; i++) {
    const chosen = (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g));
    const first = (h + chosen + (ROUND_CONSTANTS[i] as number) + (words[i] as number)) | 0;
    const second = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
  state[5] = (state[5] as number) + f;
  state[6] = (state[6] as number) + g;
  state[7] = (state[7] as number) + h;
}

/** Rotates to the right. */
function turn(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}
