/** Ed25519 by WebCrypto: makes keys, signs, verifies. @module */
import { createHash, webcrypto } from "node:crypto";
import type { TrustedKey, VerifySignature } from "@aplomb/core";
import type { PrivateJwk, SigningKey } from "./signing-key.js";

const { subtle } = webcrypto;

/** A new private key from the system's random source. */
export async function generatePrivateJwk(): Promise<PrivateJwk> {
  const pair = (await subtle.generateKey("Ed25519", true, ["sign", "verify"])) as webcrypto.CryptoKeyPair;
  const { x = "", d = "" } = await subtle.exportKey("jwk", pair.privateKey);
  return { kty: "OKP", crv: "Ed25519", x, d };
}

/**
 * A signing key from its file's content.
 *
 * @throws DOMException if the key cannot be used, or its public half is not that of its private half.
 */
export async function signingKeyOf({ kty, crv, x, d }: PrivateJwk): Promise<SigningKey> {
  const key = await subtle.importKey("jwk", { kty, crv, x, d }, "Ed25519", false, ["sign"]);
  const publicKey = new Uint8Array(Buffer.from(x, "base64url"));
  const sign = async (message: Uint8Array) => new Uint8Array(await subtle.sign("Ed25519", key, message));
  const signingKey: SigningKey = { keyid: keyidOf(publicKey), publicKey, sign };
  await requireMatchingHalves(signingKey);
  return signingKey;
}

/**
 * The public half of a key's file, for a root to list.
 *
 * @throws TypeError if it is none of Ed25519.
 */
export function trustedKeyOf({ kty, crv, x }: Pick<PrivateJwk, "kty" | "crv" | "x">): TrustedKey {
  const publicKey = new Uint8Array(Buffer.from(x, "base64url"));
  if (kty !== "OKP" || crv !== "Ed25519" || publicKey.length !== 32) throw new TypeError("not an Ed25519 key");
  return { keyid: keyidOf(publicKey), alg: "ed25519", publicKey };
}

/** The id of a public key: lower-case hex of the first 8 bytes of its SHA-256. */
function keyidOf(publicKey: Uint8Array): string {
  return createHash("sha256").update(publicKey).digest("hex").slice(0, 16);
}

/** Verifies one signature, as core asks its hosts to. */
export const verifySignature: VerifySignature = async (
  { publicKey }: TrustedKey,
  signature: Uint8Array,
  message: Uint8Array,
): Promise<boolean> => {
  const key = await subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
  return subtle.verify("Ed25519", key, signature, message);
};

async function requireMatchingHalves({ keyid, publicKey, sign }: SigningKey): Promise<void> {
  const message = new Uint8Array(8);
  if (await verifySignature({ keyid, alg: "ed25519", publicKey }, await sign(message), message)) return;
  throw new DOMException("the public and the private half of the key do not belong together", "DataError");
}
