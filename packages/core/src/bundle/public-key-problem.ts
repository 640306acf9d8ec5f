/** Which Ed25519 public keys no root may list, because verifiers disagree about them or they sign anything. @module */
import { bytesToHex } from "../hex.js";

/**
 * The y of every point whose order divides 8, little-endian in hex: of order 4, 1, 2, and 8 twice. A test computes them anew.
 *
 * With such a key one signature fits many messages, and libraries differ on which they accept.
 */
export const SMALL_ORDER: readonly string[] = [
  "00".repeat(32),
  `01${"00".repeat(31)}`,
  `ec${"ff".repeat(30)}7f`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
];

/** What is wrong with a public key; undefined when nothing is. */
export function publicKeyProblem(publicKey: Uint8Array): string | undefined {
  if (publicKey.length !== 32) return "is not 32 bytes long";
  // Not `slice`: a Buffer's shares its memory.
  const y = new Uint8Array(publicKey);
  // The top bit is the sign of x.
  y[31] = (y[31] as number) & 127;
  if (isBeyondField(y)) return "is not canonical: its y is not below 2^255 - 19";
  if (SMALL_ORDER.includes(bytesToHex(y))) return "is of small order: one signature would fit many messages";
  return undefined;
}

/** Whether y is 2^255 - 19 or more. */
function isBeyondField(y: Uint8Array): boolean {
  return (y[0] as number) >= 0xed && y[31] === 127 && y.subarray(1, 31).every((byte) => byte === 255);
}
