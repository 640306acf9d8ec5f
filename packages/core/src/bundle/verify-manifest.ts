/** Decides whether a manifest may be believed: signatures, audience, reader, floor. @module */
import { FlagError, isFlagError } from "../errors.js";
import { bytesToHex } from "../hex.js";
import { type Floor, MANIFEST_TYPE, type Manifest, type Trust, type VerifySignature } from "../trust.js";
import { openEnvelope, requireThreshold } from "./open-envelope.js";
import { readManifest } from "./read-trust.js";

/** The schema number of this reader. */
export const READER = 1;

/** What a verification needs beside the bytes and the trust. */
export interface VerifyOptions {
  /** The highest manifest activated so far, if any. */
  readonly floor?: Floor | undefined;
  readonly verifySignature: VerifySignature;
}

/**
 * Verifies a manifest's envelope and gives its content. It is not called fresh beyond the end of the root.
 *
 * @param envelope - As it came, from wherever.
 * @throws FlagError SIGNATURE, AUDIENCE, ROOT, READER, ROLLBACK, EQUIVOCATION; MALFORMED and LIMIT for the bytes.
 */
export async function verifyManifest(envelope: Uint8Array, trust: Trust, options: VerifyOptions): Promise<Manifest> {
  const signed = openEnvelope(envelope, MANIFEST_TYPE);
  const manifest = readManifest(await requireThreshold(signed, trust.root.bundle, options.verifySignature));
  checkAddress(manifest, trust);
  checkFloor(manifest, options.floor);
  return { ...manifest, freshUntilMs: Math.min(manifest.freshUntilMs, trust.root.expiresAtMs) };
}

/** Reads a manifest without asking who signed it. Only the unsigned entry points of the hosts may use it. */
export function readUnverifiedManifest(envelope: Uint8Array, audience: string, floor?: Floor): Manifest {
  const manifest = readManifest(openEnvelope(envelope, MANIFEST_TYPE).payload);
  if (manifest.audience !== audience) throw wrong("audience", manifest.audience, audience);
  checkFloor(manifest, floor);
  return manifest;
}

/**
 * The root that a manifest says it was signed under; 0 for bytes that are no manifest.
 *
 * A claim, not a fact: nobody's signature has been asked for. It may be a reason to look for newer roots, never more.
 */
export function claimedRootVersion(envelope: Uint8Array): number {
  try {
    return readManifest(openEnvelope(envelope, MANIFEST_TYPE).payload).rootVersion;
  } catch (error) {
    if (isFlagError(error)) return 0;
    throw error;
  }
}

function checkAddress(manifest: Manifest, trust: Trust): void {
  if (manifest.trustDomain !== trust.root.trustDomain) {
    throw wrong("trust domain", manifest.trustDomain, trust.root.trustDomain);
  }
  if (manifest.audience !== trust.audience) throw wrong("audience", manifest.audience, trust.audience);
  if (manifest.minReader > READER)
    throw new FlagError("READER", `it asks for reader ${manifest.minReader}, this is ${READER}`);
  if (manifest.rootVersion > trust.root.version) {
    throw new FlagError(
      "ROOT",
      `it was signed under root ${manifest.rootVersion}, this client knows ${trust.root.version}`,
    );
  }
  if (manifest.epoch !== trust.root.epoch) {
    const code = manifest.epoch < trust.root.epoch ? "ROLLBACK" : "ROOT";
    throw new FlagError(code, `its epoch is ${manifest.epoch}, the root's is ${trust.root.epoch}`);
  }
  if (manifest.issuedAtMs > trust.root.expiresAtMs) throw new FlagError("ROOT", "it was issued after the root expired");
}

function wrong(what: string, actual: string, expected: string): FlagError {
  return new FlagError("AUDIENCE", `its ${what} is "${actual}", this client's is "${expected}"`);
}

function checkFloor(manifest: Manifest, floor: Floor | undefined): void {
  if (floor === undefined) return;
  const order = manifest.epoch - floor.epoch || manifest.version - floor.version;
  const versions = `epoch ${manifest.epoch} version ${manifest.version} after epoch ${floor.epoch} version ${floor.version}`;
  if (order < 0) throw new FlagError("ROLLBACK", versions);
  if (order === 0 && manifest.sha256 !== floor.sha256) throw new FlagError("EQUIVOCATION", versions);
}

/**
 * Whether downloaded bytes are the bundle that a manifest names.
 *
 * @param digest - SHA-256 of the bytes, made by the host.
 * @throws FlagError HASH.
 */
export function checkBundle(manifest: Manifest, bytes: Uint8Array, digest: Uint8Array): void {
  if (bytes.length !== manifest.sizeBytes) {
    throw new FlagError("HASH", `it is ${bytes.length} bytes long, not ${manifest.sizeBytes}`);
  }
  if (bytesToHex(digest) !== manifest.sha256) throw new FlagError("HASH", `its digest is not ${manifest.sha256}`);
}
