/** Opens a signed envelope: is it what was asked for, and did enough of the right keys sign it? @module */
import { FlagError } from "../errors.js";
import { bytesToHex } from "../hex.js";
import type { Role, TrustedKey, VerifySignature } from "../trust.js";
import { preAuthEncoding } from "./pre-auth-encoding.js";
import { type Envelope, readEnvelope } from "./read-envelope.js";

/**
 * Reads an envelope whose payload must be of a type.
 *
 * @throws FlagError MALFORMED or LIMIT.
 */
export function openEnvelope(bytes: Uint8Array, payloadType: string): Envelope {
  const envelope = readEnvelope(bytes);
  if (envelope.payloadType !== payloadType) throw new FlagError("MALFORMED", `the payload is not ${payloadType}`);
  return envelope;
}

/**
 * Counts distinct keys, by material, that signed the exact payload.
 *
 * A key id only says which key to try first: the outcome is the same whatever it says. No more is verified than it takes,
 * and never more than eight signatures by each of a role's keys.
 *
 * @returns The payload out of the very bytes that were verified: those of the envelope may have changed since, because
 * verifying takes time and the envelope is its owner's.
 * @throws FlagError SIGNATURE when they are too few.
 */
export async function requireThreshold(envelope: Envelope, role: Role, verify: VerifySignature): Promise<Uint8Array> {
  const message = preAuthEncoding(envelope.payloadType, envelope.payload);
  const signers = new Set<string>();
  for (const { sig, keyid } of envelope.signatures) {
    for (const key of namedFirst(role.keys, keyid)) {
      const material = bytesToHex(key.publicKey);
      if (signers.has(material) || !(await verify(key, sig, message))) continue;
      signers.add(material);
      if (signers.size >= role.threshold) return message.subarray(message.length - envelope.payload.length);
      break;
    }
  }
  throw new FlagError("SIGNATURE", `${signers.size} of ${role.threshold} needed keys have signed`);
}

function namedFirst(keys: readonly TrustedKey[], keyid: string): readonly TrustedKey[] {
  return [...keys].sort((one, other) => Number(other.keyid === keyid) - Number(one.keyid === keyid));
}
