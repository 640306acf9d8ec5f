/** Decides whether root N+1 may be believed by whoever believes root N. @module */
import { preAuthEncoding, type Role, type TrustedRoot, verifyNextRoot as verifyAsClientsDo } from "@aplomb/core";
import { EnvelopeSchema } from "@aplomb/proto/trust";
import { fromBinary } from "@bufbuild/protobuf";
import { verifySignature } from "../ed25519.js";

/**
 * Opens the root after a trusted one. Both thresholds must have signed it; that the trusted one has expired is no reason
 * against it, or an expired root could never be replaced.
 *
 * @throws FlagError ROOT for another trust domain, a version that is not the next, or an epoch that falls; SIGNATURE if
 * too few keys of either root have signed; MALFORMED or LIMIT for the bytes.
 */
export function verifyNextRoot(trusted: TrustedRoot, envelope: Uint8Array): Promise<TrustedRoot> {
  return verifyAsClientsDo(envelope, trusted, verifySignature);
}

/** The ids of a role's keys that have signed an envelope that can be read; each key material once. */
export async function signersOf(envelope: Uint8Array, role: Role): Promise<string[]> {
  const { payload, payloadType, signatures } = fromBinary(EnvelopeSchema, envelope);
  const message = preAuthEncoding(payloadType, payload);
  const signers: string[] = [];
  for (const key of role.keys) {
    const holds = await Promise.all(signatures.map(({ sig }) => verifySignature(key, sig, message)));
    if (holds.includes(true)) signers.push(key.keyid);
  }
  return signers;
}
