/** Decides whether a manifest may be believed: signatures, audience, reader, floor. @module */
import { FlagError } from "../errors.js";
import { bytesToHex } from "../hex.js";
import {
  type Floor,
  MANIFEST_TYPE,
  type Manifest,
  ROOT_TYPE,
  type Role,
  type Trust,
  type TrustedRoot,
  type VerifySignature,
} from "../trust.js";
import { preAuthEncoding } from "./pre-auth-encoding.js";
import { type Envelope, readEnvelope } from "./read-envelope.js";
import { readManifest, readRoot } from "./read-trust.js";

/** The schema number of this reader. */
export const READER = 1;

/** What a verification needs beside the bytes and the trust. */
export interface VerifyOptions {
  /** The highest manifest activated so far, if any. */
  readonly floor?: Floor | undefined;
  readonly verifySignature: VerifySignature;
}

/**
 * Verifies a manifest's envelope and gives its content.
 *
 * @param envelope - As it came, from wherever.
 * @throws FlagError SIGNATURE, AUDIENCE, ROOT, READER, ROLLBACK, EQUIVOCATION; MALFORMED and LIMIT for the bytes.
 */
export async function verifyManifest(envelope: Uint8Array, trust: Trust, options: VerifyOptions): Promise<Manifest> {
  const signed = readEnvelope(envelope);
  requireType(signed, MANIFEST_TYPE);
  await requireThreshold(signed, trust.root.bundle, options.verifySignature);
  const manifest = readManifest(signed.payload);
  checkAddress(manifest, trust);
  checkFloor(manifest, options.floor);
  return manifest;
}

/**
 * Opens the root that a client is built with. It is believed because it is pinned: signatures are not asked for.
 *
 * @throws FlagError ROOT, MALFORMED or LIMIT.
 */
export function openRoot(envelope: Uint8Array): TrustedRoot {
  const signed = readEnvelope(envelope);
  requireType(signed, ROOT_TYPE);
  return readRoot(signed.payload);
}

/** Reads a manifest without asking who signed it. Only the unsigned entry points of the hosts may use it. */
export function readUnverifiedManifest(envelope: Uint8Array, audience: string, floor?: Floor): Manifest {
  const signed = readEnvelope(envelope);
  requireType(signed, MANIFEST_TYPE);
  const manifest = readManifest(signed.payload);
  if (manifest.audience !== audience) throw wrong("audience", manifest.audience, audience);
  checkFloor(manifest, floor);
  return manifest;
}

function requireType(envelope: Envelope, expected: string): void {
  if (envelope.payloadType !== expected) throw new FlagError("MALFORMED", `the payload is not ${expected}`);
}

/** Counts distinct keys, by material, that signed the exact payload. The key id only says where to look first. */
async function requireThreshold(envelope: Envelope, role: Role, verify: VerifySignature): Promise<void> {
  const message = preAuthEncoding(envelope.payloadType, envelope.payload);
  const signers = new Set<Uint8Array>();
  for (const { sig, keyid } of envelope.signatures) {
    const named = role.keys.filter((key) => key.keyid === keyid);
    for (const key of named.length > 0 ? named : role.keys) {
      if (!signers.has(key.publicKey) && (await verify(key, sig, message))) signers.add(key.publicKey);
    }
  }
  if (signers.size < role.threshold) {
    throw new FlagError("SIGNATURE", `${signers.size} of ${role.threshold} needed keys have signed`);
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
