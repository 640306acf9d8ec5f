/** Ed25519 in JavaScript, for browsers whose WebCrypto lacks it: a chunk of its own, which others never load. @module */
import type { VerifySignature } from "@aplomb/core";
import { etc, hashes, Point, verifyAsync } from "@noble/ed25519";

/**
 * Verifies one signature as other verifiers do, to the bit.
 *
 * The library's own default is laxer, and even its strict mode multiplies by the cofactor, as RFC 8032 allows: whoever has
 * a key could sign what pages with this chunk believe and all others refuse. So what it accepts must hold without, too.
 */
export const verifySignature: VerifySignature = async (key, signature, message) =>
  (await verifyAsync(signature, message, key.publicKey, { zip215: false })) &&
  (await holdsWithoutCofactor(key.publicKey, signature, message));

/** Whether R is s·B - h·A: RFC 8032, section 5.1.7, step 3, in the form that needs no cofactor. */
async function holdsWithoutCofactor(
  publicKey: Uint8Array,
  signature: Uint8Array,
  message: Uint8Array,
): Promise<boolean> {
  const r = signature.subarray(0, 32);
  const digest = await hashes.sha512Async(etc.concatBytes(r, publicKey, message));
  const h = etc.mod(littleEndian(digest), Point.CURVE().n);
  const sB = Point.BASE.multiply(littleEndian(signature.subarray(32)), false);
  return sB.subtract(Point.fromBytes(publicKey).multiply(h, false)).toHex() === etc.bytesToHex(r);
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${etc.bytesToHex(bytes.slice().reverse())}`);
}
