/** Decides whether root N+1 may be believed by whoever believes root N. @module */
import { FlagError, openRoot, preAuthEncoding, type Role, type TrustedRoot } from "@aplomb/core";
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
export async function verifyNextRoot(trusted: TrustedRoot, envelope: Uint8Array): Promise<TrustedRoot> {
  const next = openRoot(envelope);
  if (next.trustDomain !== trusted.trustDomain) {
    throw new FlagError("ROOT", `root ${next.version} speaks for "${next.trustDomain}", not "${trusted.trustDomain}"`);
  }
  if (next.version !== trusted.version + 1) {
    throw new FlagError("ROOT", `root ${next.version} does not follow root ${trusted.version}`);
  }
  if (next.epoch < trusted.epoch) throw new FlagError("ROOT", `root ${next.version} falls to epoch ${next.epoch}`);
  for (const { root, version } of [trusted, next]) {
    const { length: signed } = await signersOf(envelope, root);
    if (signed >= root.threshold) continue;
    const message = `root ${next.version}: ${signed} of the ${root.threshold} keys that root ${version} asks for have signed`;
    throw new FlagError("SIGNATURE", message);
  }
  return next;
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
