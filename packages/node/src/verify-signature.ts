/** Ed25519 by Node's own OpenSSL. @module */
import { createPublicKey, verify } from "node:crypto";
import type { VerifySignature } from "@aplomb/core";

/** Verifies one signature. */
export const verifySignature: VerifySignature = async (key, signature, message) => {
  const x = Buffer.from(key.publicKey).toString("base64url");
  const publicKey = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  return verify(null, message, publicKey, signature);
};
