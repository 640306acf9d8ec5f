/** Signatures that verifiers must agree on: honest ones, damaged ones, and those that libraries quarrel about. Computed by the group law alone. @module */
import {
  addPoints,
  BASE,
  bytesOfNumber,
  bytesOfPoint,
  type CurvePoint,
  FIELD,
  NEUTRAL,
  numberOfBytes,
  ORDER,
  pointsOfSmallOrder,
  timesPoint,
} from "./edwards-curve.js";

/** A signature, and whether it holds. */
export interface SignatureVector {
  readonly name: string;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly message: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
  /** By RFC 8032 without the cofactor, as OpenSSL and BoringSSL have it. */
  readonly holds: boolean;
}

/** A vector whose key's seed is known, so that any signer can make its signature again. */
export interface KnownAnswer extends SignatureVector {
  /** 32 bytes: the private key, as RFC 8032 has it. */
  readonly seed: Uint8Array<ArrayBuffer>;
}

const bytes = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(parts.flatMap((part) => [...part]));
const utf8 = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(new TextEncoder().encode(text));
const sha512 = async (...parts: readonly Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await crypto.subtle.digest("SHA-512", bytes(...parts)));

interface NaiveKey {
  readonly scalar: bigint;
  readonly prefix: Uint8Array;
  readonly publicKey: Uint8Array<ArrayBuffer>;
}

async function keyOf(seed: Uint8Array): Promise<NaiveKey> {
  const digest = await sha512(seed);
  const low = numberOfBytes(digest.subarray(0, 32));
  const scalar = (low & ((1n << 254n) - 8n)) | (1n << 254n);
  return { scalar, prefix: digest.subarray(32), publicKey: bytesOfPoint(timesPoint(BASE, scalar)) };
}

const challenge = async (r: Uint8Array, publicKey: Uint8Array, message: Uint8Array): Promise<bigint> =>
  numberOfBytes(await sha512(r, publicKey, message)) % ORDER;

/** Signs as RFC 8032 says. */
async function sign(key: NaiveKey, message: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const nonce = numberOfBytes(await sha512(key.prefix, message)) % ORDER;
  const r = bytesOfPoint(timesPoint(BASE, nonce));
  const s = (nonce + (await challenge(r, key.publicKey, message)) * key.scalar) % ORDER;
  return bytes(r, bytesOfNumber(s));
}

/**
 * Twenty answers that every signer must give and every verifier take: messages of 0 to 4,000 bytes, keys from seeds.
 *
 * Ed25519 is deterministic: who signs with the seed gets these very bytes.
 */
export async function knownAnswers(): Promise<readonly KnownAnswer[]> {
  const lengths = [0, 1, 2, 31, 32, 33, 63, 64, 65, 110, 111, 112, 127, 128, 129, 255, 256, 1_000, 1_023, 4_000];
  return Promise.all(
    lengths.map(async (length, place) => {
      const seed = (await sha512(utf8(`aplomb known answer ${place}`))).slice(0, 32);
      const key = await keyOf(seed);
      const message = Uint8Array.from({ length }, (_, at) => (at * 7 + place) & 255);
      const signature = await sign(key, message);
      return { name: `known answer ${place}`, seed, publicKey: key.publicKey, message, signature, holds: true };
    }),
  );
}

/** What a forger who knows the key chooses: points of small order in the key and in the signature. */
interface Forgery {
  readonly inKey?: CurvePoint;
  readonly inSignature?: CurvePoint;
  /** Which challenge is waited for: the message is tried on until the challenge is so. */
  readonly wanted: (challenge: bigint) => boolean;
}

async function forged(name: string, { inKey, inSignature, wanted }: Forgery, holds: boolean): Promise<SignatureVector> {
  const scalar = 7n ** 80n % ORDER;
  const nonce = 5n ** 90n % ORDER;
  const publicKey = bytesOfPoint(addPoints(timesPoint(BASE, scalar), inKey ?? NEUTRAL));
  const r = bytesOfPoint(addPoints(timesPoint(BASE, nonce), inSignature ?? NEUTRAL));
  for (let attempt = 0; ; attempt++) {
    const message = utf8(`${name} ${attempt}`);
    const h = await challenge(r, publicKey, message);
    if (!wanted(h)) continue;
    return { name, publicKey, message, signature: bytes(r, bytesOfNumber((nonce + h * scalar) % ORDER)), holds };
  }
}

const flipped = (from: Uint8Array, bit: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(from, (byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));

/** Everything else: what is off by a bit, by a multiple of the order, by the form of a number, or by a point of small order. */
export async function oddVectors(): Promise<readonly SignatureVector[]> {
  const key = await keyOf(utf8("a seed of thirty-two bytes, plain"));
  const message = utf8("message");
  const signature = await sign(key, message);
  const [r, s] = [signature.slice(0, 32), numberOfBytes(signature.subarray(32))];
  const own = { publicKey: key.publicKey, message };
  const refused = (name: string, sig: Uint8Array): SignatureVector => ({
    ...{ name, ...own, holds: false },
    signature: new Uint8Array(sig),
  });
  const eighth = pointsOfSmallOrder().find((point) => bytesOfPoint(timesPoint(point, 4n)).join() !== NEUTRAL_BYTES);
  if (!eighth) throw new Error("no point of order 8");
  /** A signature whose R is the neutral point, in a form of one's choice. */
  const neutral = async (name: string, form: Uint8Array, holds: boolean): Promise<SignatureVector> => {
    const h = await challenge(form, key.publicKey, message);
    return { ...own, name, signature: bytes(form, bytesOfNumber((h * key.scalar) % ORDER)), holds };
  };
  return [
    ...[0, 8, 100, 254, 255, 256, 300, 507, 511].map((bit) => refused(`bit ${bit} flipped`, flipped(signature, bit))),
    { ...own, name: "another message", message: utf8("messagE"), signature, holds: false },
    { ...own, name: "no message", message: utf8(""), signature, holds: false },
    { ...own, name: "a key off by a bit", publicKey: flipped(key.publicKey, 3), signature, holds: false },
    refused("zeros", new Uint8Array(64)),
    refused("ones", new Uint8Array(64).fill(255)),
    refused("s + L", bytes(r, bytesOfNumber(s + ORDER))),
    refused("s + 8 L", bytes(r, bytesOfNumber(s + 8n * ORDER))),
    refused("s = L", bytes(r, bytesOfNumber(ORDER))),
    refused("halves the wrong way round", bytes(signature.subarray(32), r)),
    await neutral("R neutral", bytesOfNumber(1n), true),
    await neutral("R neutral, not reduced", bytesOfNumber(FIELD + 1n), false),
    await neutral("R neutral, with a sign", bytesOfNumber(1n, 1), false),
    await forged("an order of 8 in R", { inSignature: eighth, wanted: () => true }, false),
    await forged("an order of 2 in R", { inSignature: timesPoint(eighth, 4n), wanted: () => true }, false),
    await forged("an order of 8 in the key, out of sight", { inKey: eighth, wanted: (h) => h % 8n === 0n }, true),
    await forged("an order of 8 in the key", { inKey: eighth, wanted: (h) => h % 8n === 3n }, false),
    await forged(
      "an order of 8 in both, cancelled",
      { inKey: eighth, inSignature: timesPoint(eighth, -3n), wanted: (h) => h % 8n === 3n },
      true,
    ),
    await forged(
      "an order of 8 in both, not cancelled",
      { inKey: eighth, inSignature: eighth, wanted: (h) => h % 8n === 3n },
      false,
    ),
  ];
}

const NEUTRAL_BYTES = bytesOfPoint(NEUTRAL).join();

/** The fourteen ways to write a point of small order: keys by which one signature fits many messages. */
export function weakKeys(): readonly Uint8Array<ArrayBuffer>[] {
  const ys = new Set(pointsOfSmallOrder().map((point) => numberOfBytes(bytesOfPoint(point)) & ((1n << 255n) - 1n)));
  return [...ys]
    .flatMap((y) => [y, y + FIELD].filter((written) => written < 1n << 255n))
    .flatMap((y) => [bytesOfNumber(y), bytesOfNumber(y, 1)]);
}
