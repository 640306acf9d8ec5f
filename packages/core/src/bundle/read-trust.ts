/** Reads roots and manifests out of their verified payloads. @module */
import { FlagError } from "../errors.js";
import { bytesToHex } from "../hex.js";
import type { Manifest, Role, TrustedKey, TrustedRoot } from "../trust.js";
import { BYTES, VARINT, type WireBudget, WireReader } from "./wire-reader.js";

function budget(): WireBudget {
  return { records: 2_000, depth: 4, textBytes: 512 };
}

/** A role before its key names are looked up. */
interface NamedRole {
  readonly keyids: readonly string[];
  readonly threshold: number;
}

/**
 * Reads the payload of a root.
 *
 * @throws FlagError ROOT for a root nobody could satisfy, MALFORMED and LIMIT for its bytes.
 */
export function readRoot(payload: Uint8Array): TrustedRoot {
  const reader = new WireReader(payload, budget());
  const root = { trustDomain: "", version: 0, epoch: 0, issuedAtMs: 0, expiresAtMs: 0 };
  const keys: TrustedKey[] = [];
  let rootRole: NamedRole | undefined;
  let bundleRole: NamedRole | undefined;
  while (reader.next()) {
    const tag = reader.field * 8 + reader.type;
    if (tag === 8 + BYTES) root.trustDomain = reader.text();
    else if (tag === 16 + VARINT) root.version = reader.uint53();
    else if (tag === 24 + VARINT) root.epoch = reader.uint53();
    else if (tag === 32 + VARINT) root.issuedAtMs = reader.int64();
    else if (tag === 40 + VARINT) root.expiresAtMs = reader.int64();
    else if (tag === 48 + BYTES) keys.push(readKey(reader.message()));
    else if (tag === 56 + BYTES) rootRole = readRole(reader.message());
    else if (tag === 64 + BYTES) bundleRole = readRole(reader.message());
    else reader.skip();
  }
  return { ...root, root: roleOf("root", rootRole, keys), bundle: roleOf("bundle", bundleRole, keys) };
}

function readKey(reader: WireReader): TrustedKey {
  let keyid = "";
  let alg = 0;
  let publicKey: Uint8Array = new Uint8Array();
  while (reader.next()) {
    const tag = reader.field * 8 + reader.type;
    if (tag === 8 + BYTES) keyid = reader.text();
    else if (tag === 16 + VARINT) alg = reader.uint32();
    else if (tag === 24 + BYTES) publicKey = reader.bytes().slice();
    else reader.skip();
  }
  if (alg !== 1) throw new FlagError("ROOT", `key ${keyid} has an unknown algorithm`);
  if (publicKey.length !== 32) throw new FlagError("ROOT", `key ${keyid} is not 32 bytes long`);
  return { keyid, alg: "ed25519", publicKey };
}

function readRole(reader: WireReader): NamedRole {
  const keyids: string[] = [];
  let threshold = 0;
  while (reader.next()) {
    const tag = reader.field * 8 + reader.type;
    if (tag === 8 + BYTES) keyids.push(reader.text());
    else if (tag === 16 + VARINT) threshold = reader.uint32();
    else reader.skip();
  }
  return { keyids, threshold };
}

/** Looks up a role's keys, each key material once, and checks that the threshold can be met. */
function roleOf(name: string, role: NamedRole | undefined, keys: readonly TrustedKey[]): Role {
  const byMaterial = new Map<string, TrustedKey>();
  for (const key of keys) {
    if (role?.keyids.includes(key.keyid)) byMaterial.set(bytesToHex(key.publicKey), key);
  }
  const threshold = role?.threshold ?? 0;
  if (threshold < 1 || threshold > byMaterial.size) {
    throw new FlagError("ROOT", `the ${name} role has ${byMaterial.size} keys and needs ${threshold}`);
  }
  return { keys: [...byMaterial.values()], threshold };
}

/**
 * Reads the payload of a manifest.
 *
 * @throws FlagError MALFORMED if it names no bundle, or for its bytes.
 */
export function readManifest(payload: Uint8Array): Manifest {
  const reader = new WireReader(payload, budget());
  const manifest = {
    ...{ trustDomain: "", audience: "", rootVersion: 0, epoch: 0, version: 0, issuedAtMs: 0, freshUntilMs: 0 },
    ...{ sha256: "", sizeBytes: 0, minReader: 0, ring: 0, allowShrink: false },
  };
  while (reader.next()) {
    const tag = reader.field * 8 + reader.type;
    if (tag === 8 + BYTES) manifest.trustDomain = reader.text();
    else if (tag === 16 + BYTES) manifest.audience = reader.text();
    else if (tag === 24 + VARINT) manifest.rootVersion = reader.uint53();
    else if (tag === 32 + VARINT) manifest.epoch = reader.uint53();
    else if (tag === 40 + VARINT) manifest.version = reader.uint53();
    else if (tag === 48 + VARINT) manifest.issuedAtMs = reader.int64();
    else if (tag === 56 + VARINT) manifest.freshUntilMs = reader.int64();
    else if (tag === 64 + BYTES) Object.assign(manifest, readBundleRef(reader.message()));
    else if (tag === 80 + VARINT) manifest.minReader = reader.uint32();
    else if (tag === 88 + VARINT) manifest.ring = reader.uint32();
    else if (tag === 96 + VARINT) manifest.allowShrink = reader.bool();
    else reader.skip();
  }
  if (manifest.sha256.length !== 64) throw new FlagError("MALFORMED", "the manifest names no bundle");
  return manifest;
}

function readBundleRef(reader: WireReader): { sha256: string; sizeBytes: number } {
  const ref = { sha256: "", sizeBytes: 0 };
  while (reader.next()) {
    const tag = reader.field * 8 + reader.type;
    if (tag === 8 + BYTES) ref.sha256 = bytesToHex(reader.bytes());
    else if (tag === 16 + VARINT) ref.sizeBytes = reader.uint53();
    else reader.skip();
  }
  return ref;
}
