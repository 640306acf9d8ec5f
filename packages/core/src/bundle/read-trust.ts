/** Reads roots and manifests out of their payloads. @module */
import type { BundleRef, Key, Manifest as ManifestMessage, Role as RoleMessage, Root } from "@aplomb/proto/trust";
import { FlagError } from "../errors.js";
import { bytesToHex } from "../hex.js";
import type { Manifest, Role, TrustedKey, TrustedRoot } from "../trust.js";
import { BLOB, BOOL, INT64, type Message, message, type Plain, TEXT, UINT } from "../wire/message.js";
import { readMessage } from "../wire/read-message.js";
import { WireReader } from "../wire/wire-reader.js";
import { publicKeyProblem } from "./public-key-problem.js";

const ROLE: Message<object> = message<RoleMessage>({ keyids: [1, TEXT, "[]"], threshold: [2, UINT] });
const ROOT: Message<Plain<Root>> = message<Root>({
  trustDomain: [1, TEXT],
  version: [2, UINT],
  epoch: [3, UINT],
  issuedAtMs: [4, INT64],
  expiresAtMs: [5, INT64],
  keys: [6, message<Key>({ keyid: [1, TEXT], alg: [2, UINT], publicKey: [3, BLOB] }), "[]"],
  root: [7, ROLE],
  bundle: [8, ROLE],
});
/** Clients pass over what only the endpoint evaluates in: they could not fetch it. */
type ReadManifest = Omit<ManifestMessage, "remoteBundle">;
const MANIFEST: Message<Plain<ReadManifest>> = message<ReadManifest>({
  trustDomain: [1, TEXT],
  audience: [2, TEXT],
  rootVersion: [3, UINT],
  epoch: [4, UINT],
  version: [5, UINT],
  issuedAtMs: [6, INT64],
  freshUntilMs: [7, INT64],
  bundle: [8, message<BundleRef>({ sha256: [1, BLOB], sizeBytes: [2, UINT] })],
  minReader: [10, UINT],
  ring: [11, UINT],
  allowShrink: [12, BOOL],
});
const ED25519 = 1;
/** With eight signatures in an envelope, this bounds how often a stranger can make a client verify. */
const MAX_ROLE_KEYS = 8;

function readPayload<T extends object>(payload: Uint8Array, message: Message<T>): T {
  return readMessage(new WireReader(payload, { records: 2_000, depth: 4, textBytes: 512 }), message, "skip");
}

/**
 * Reads the payload of a root.
 *
 * @throws FlagError ROOT for a root nobody could satisfy, MALFORMED and LIMIT for its bytes.
 */
export function readRoot(payload: Uint8Array): TrustedRoot {
  const root = readPayload(payload, ROOT);
  const keys = root.keys.map(trustedKey);
  if (new Set(keys.map(({ keyid }) => keyid)).size < keys.length) {
    throw new FlagError("ROOT", "two of its keys have one key id");
  }
  return { ...root, root: roleOf("root", root.root, keys), bundle: roleOf("bundle", root.bundle, keys) };
}

function trustedKey({ keyid, alg, publicKey }: Plain<Key>): TrustedKey {
  if (alg !== ED25519) throw new FlagError("ROOT", `key ${keyid} has an unknown algorithm`);
  const problem = publicKeyProblem(publicKey);
  if (problem !== undefined) throw new FlagError("ROOT", `key ${keyid} ${problem}`);
  return { keyid, alg: "ed25519", publicKey: new Uint8Array(publicKey) };
}

/** Looks up a role's keys, each key material once, and checks that the threshold can be met. */
function roleOf(name: string, role: Plain<RoleMessage> | undefined, keys: readonly TrustedKey[]): Role {
  const byMaterial = new Map<string, TrustedKey>();
  for (const key of keys) {
    if (role?.keyids.includes(key.keyid)) byMaterial.set(bytesToHex(key.publicKey), key);
  }
  const threshold = role?.threshold ?? 0;
  if (threshold < 1 || threshold > byMaterial.size) {
    throw new FlagError("ROOT", `the ${name} role has ${byMaterial.size} keys and needs ${threshold}`);
  }
  if (byMaterial.size > MAX_ROLE_KEYS) {
    throw new FlagError("ROOT", `the ${name} role has ${byMaterial.size} keys; ${MAX_ROLE_KEYS} are the most`);
  }
  return { keys: [...byMaterial.values()], threshold };
}

/**
 * Reads the payload of a manifest.
 *
 * @throws FlagError MALFORMED if it names no bundle, or for its bytes.
 */
export function readManifest(payload: Uint8Array): Manifest {
  const { bundle, ...manifest } = readPayload(payload, MANIFEST);
  if (bundle?.sha256.length !== 32) throw new FlagError("MALFORMED", "the manifest names no bundle");
  return { ...manifest, sha256: bytesToHex(bundle.sha256), sizeBytes: bundle.sizeBytes };
}
