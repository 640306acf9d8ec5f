/** Ed25519 in JavaScript, for browsers whose WebCrypto lacks it: a chunk of its own, which others never load. @module */
import type { VerifySignature } from "@aplomb/core";
import { verifyAsync } from "@noble/ed25519";

/** Verifies one signature as RFC 8032 says and other verifiers do; the library's own default is laxer. */
export const verifySignature: VerifySignature = (key, signature, message) =>
  verifyAsync(signature, message, key.publicKey, { zip215: false });
