/** Roots: the one a client is built with, and the chain of those that follow it. @module */
import { FlagError } from "../errors.js";
import { ROOT_TYPE, type TrustedRoot, type VerifySignature } from "../trust.js";
import { openEnvelope, requireThreshold } from "./open-envelope.js";
import { readRoot } from "./read-trust.js";

/**
 * Opens the root that a client is built with. It is believed because it is pinned: signatures are not asked for.
 *
 * @throws FlagError ROOT, MALFORMED or LIMIT.
 */
export function openRoot(envelope: Uint8Array): TrustedRoot {
  return readRoot(openEnvelope(envelope, ROOT_TYPE).payload);
}

/**
 * Verifies the root that follows a trusted one: signed by the thresholds of both, its version the very next, its epoch no
 * lower, its trust domain the same (TUF 1.0, section 5.3). Nobody asks whether it has expired: a manifest issued later
 * than that is what is refused, and there may be newer roots behind it.
 *
 * @throws FlagError SIGNATURE; ROOT for one that does not follow or nobody could satisfy; MALFORMED and LIMIT for the bytes.
 * @example
 * let root = openRoot(pinned);
 * for (const envelope of newer) root = await verifyNextRoot(envelope, root, verifySignature);
 */
export async function verifyNextRoot(
  envelope: Uint8Array,
  trusted: TrustedRoot,
  verifySignature: VerifySignature,
): Promise<TrustedRoot> {
  const signed = openEnvelope(envelope, ROOT_TYPE);
  const payload = await requireThreshold(signed, trusted.root, verifySignature);
  const next = readRoot(payload);
  await requireThreshold({ ...signed, payload }, next.root, verifySignature);
  const { trustDomain, version, epoch } = trusted;
  if (next.trustDomain !== trustDomain) {
    throw new FlagError("ROOT", `a root of "${next.trustDomain}" cannot follow one of "${trustDomain}"`);
  }
  if (next.version !== version + 1) throw new FlagError("ROOT", `root ${next.version} does not follow root ${version}`);
  if (next.epoch < epoch) throw new FlagError("ROOT", `epoch ${next.epoch} of the next root is below ${epoch}`);
  return next;
}
