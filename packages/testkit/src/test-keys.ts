/** Real Ed25519 keys, roots and signatures for tests. @module */

import {
  bytesToHex,
  MANIFEST_TYPE,
  openRoot,
  preAuthEncoding,
  ROOT_TYPE,
  type Trust,
  type TrustedKey,
  type VerifySignature,
} from "@aplomb/core";
import { EnvelopeSchema, KeyAlgorithm, ManifestSchema, RootSchema } from "@aplomb/proto/trust";
import { create, toBinary } from "@bufbuild/protobuf";

/** A key pair, and the name it has in roots. */
export interface TestKey {
  readonly keyid: string;
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}

/** A trust domain for tests: one root key, one bundle key, and what they sign. */
export interface TestKeys {
  readonly rootKey: TestKey;
  readonly bundleKey: TestKey;
  /** The signed root, as a client is given it. */
  readonly rootEnvelope: Uint8Array<ArrayBuffer>;
  readonly trust: Trust;
  /** Signs a manifest; what is left out gets a sensible value. */
  signManifest(manifest: ManifestInit, signers?: readonly TestKey[]): Promise<Uint8Array<ArrayBuffer>>;
  /** Signs a manifest for a bundle. */
  seal(bundle: Uint8Array<ArrayBuffer>, manifest?: ManifestInit): Promise<SealedBundle>;
}

/** What of a manifest a test cares about. */
export interface ManifestInit {
  readonly trustDomain?: string;
  readonly audience?: string;
  readonly rootVersion?: bigint;
  readonly epoch?: bigint;
  readonly version?: bigint;
  readonly issuedAtMs?: bigint;
  readonly freshUntilMs?: bigint;
  readonly minReader?: number;
  readonly ring?: number;
  readonly allowShrink?: boolean;
  readonly bundle?: { readonly sha256: Uint8Array<ArrayBuffer>; readonly sizeBytes: bigint };
  readonly remoteBundle?: { readonly sha256: Uint8Array<ArrayBuffer>; readonly sizeBytes: bigint };
}

/** A bundle and its manifest, as an endpoint serves them. */
export interface SealedBundle {
  readonly manifest: Uint8Array<ArrayBuffer>;
  readonly bundle: Uint8Array<ArrayBuffer>;
  /** Lower-case hex. */
  readonly sha256: string;
}

const DAY_MS = 86_400_000;

/** Makes a key pair. */
export async function createTestKey(keyid: string): Promise<TestKey> {
  const pair = await crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new Error("Ed25519 gave no key pair");
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const sign = async (message: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> =>
    new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, message));
  return { keyid, publicKey, sign };
}

/** Signs a payload into an envelope. */
export async function signEnvelope(
  payloadType: string,
  payload: Uint8Array,
  signers: readonly TestKey[],
): Promise<Uint8Array<ArrayBuffer>> {
  const message = preAuthEncoding(payloadType, payload);
  const signatures = await Promise.all(
    signers.map(async (key) => ({ sig: await key.sign(message), keyid: key.keyid })),
  );
  return toBinary(EnvelopeSchema, create(EnvelopeSchema, { payload, payloadType, signatures }));
}

/** Verifies with WebCrypto, as hosts do. */
export const verifyWithWebCrypto: VerifySignature = async (key: TrustedKey, signature, message) => {
  const imported = await crypto.subtle.importKey("raw", bytesOf(key.publicKey), "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", imported, bytesOf(signature), bytesOf(message));
};

function bytesOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

/** Makes a trust domain. */
export async function createTestKeys(
  options: { readonly trustDomain?: string; readonly audience?: string } = {},
): Promise<TestKeys> {
  const { trustDomain = "test", audience = "web.test" } = options;
  const [rootKey, bundleKey] = await Promise.all([createTestKey("root-1"), createTestKey("bundle-1")]);
  const rootEnvelope = await signRoot({ trustDomain, rootKeys: [rootKey], bundleKeys: [bundleKey] });
  const defaults = {
    ...{ trustDomain, audience, rootVersion: 1n, epoch: 1n, version: 1n },
    ...{ issuedAtMs: BigInt(Date.now()), freshUntilMs: BigInt(Date.now() + DAY_MS), minReader: 1 },
  };
  const signManifest = (
    manifest: ManifestInit,
    signers: readonly TestKey[] = [bundleKey],
  ): Promise<Uint8Array<ArrayBuffer>> =>
    signEnvelope(
      MANIFEST_TYPE,
      toBinary(ManifestSchema, create(ManifestSchema, { ...defaults, ...manifest })),
      signers,
    );
  const seal = async (bundle: Uint8Array<ArrayBuffer>, manifest: ManifestInit = {}): Promise<SealedBundle> => {
    const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bundle));
    const signed = await signManifest({ bundle: { sha256, sizeBytes: BigInt(bundle.length) }, ...manifest });
    return { manifest: signed, bundle, sha256: bytesToHex(sha256) };
  };
  return { rootKey, bundleKey, rootEnvelope, trust: { root: openRoot(rootEnvelope), audience }, signManifest, seal };
}

/** What of a root a test cares about. */
export interface RootInit {
  readonly trustDomain?: string;
  readonly version?: bigint;
  readonly epoch?: bigint;
  readonly issuedAtMs?: bigint;
  readonly expiresAtMs?: bigint;
  readonly rootKeys: readonly TestKey[];
  /** Default 1. */
  readonly rootThreshold?: number;
  readonly bundleKeys: readonly TestKey[];
  readonly bundleThreshold?: number;
}

/**
 * Signs a root; what is left out gets a sensible value.
 *
 * @param signers - Default: its own root keys.
 */
export function signRoot(
  root: RootInit,
  signers: readonly TestKey[] = root.rootKeys,
): Promise<Uint8Array<ArrayBuffer>> {
  const { rootKeys, rootThreshold = 1, bundleKeys, bundleThreshold = 1, ...fields } = root;
  const listed = new Map([...rootKeys, ...bundleKeys].map((key) => [key.keyid, key]));
  const keys = [...listed.values()].map(({ keyid, publicKey }) => ({
    keyid,
    publicKey: bytesOf(publicKey),
    alg: KeyAlgorithm.ED25519,
  }));
  const message = create(RootSchema, {
    ...{ trustDomain: "test", version: 1n, epoch: 1n, keys },
    ...{ issuedAtMs: BigInt(Date.now()), expiresAtMs: BigInt(Date.now() + 365 * DAY_MS) },
    ...fields,
    root: { keyids: rootKeys.map(({ keyid }) => keyid), threshold: rootThreshold },
    bundle: { keyids: bundleKeys.map(({ keyid }) => keyid), threshold: bundleThreshold },
  });
  return signEnvelope(ROOT_TYPE, toBinary(RootSchema, message), signers);
}
