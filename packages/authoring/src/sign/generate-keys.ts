/** Makes the keys of a trust domain and the first root that speaks for them. @module */
import { ROOT_TYPE } from "@aplomb/core";
import { KeyAlgorithm, RootSchema } from "@aplomb/proto/trust";
import { create, toBinary } from "@bufbuild/protobuf";
import { generatePrivateJwk, signingKeyOf } from "../ed25519.js";
import type { PrivateJwk, SigningKey } from "../signing-key.js";
import { signEnvelope } from "./sign-envelope.js";

/** How long a root speaks: a year. */
const ROOT_VALID_MS = 365 * 86_400_000;

/** Whose keys, and how many. */
export interface GenerateOptions {
  readonly trustDomain: string;
  /**
   * One root key instead of two of three. Its epoch is the time in seconds, so that keys which replace lost ones on a
   * developer's machine are believed by clients that have seen the lost ones' bundles.
   */
  readonly dev?: boolean;
  /** Milliseconds since 1970 UTC. */
  readonly atMs: number;
}

/** New keys: nothing of them is stored yet. */
export interface GeneratedKeys {
  readonly rootKeys: readonly PrivateJwk[];
  readonly bundleKey: PrivateJwk;
  /** Root version 1, signed by every root key. */
  readonly rootEnvelope: Uint8Array;
}

/**
 * Makes a bundle key, three root keys of which two must agree (with `dev`, one), and signs root version 1 with all of them.
 *
 * @param options - Its trust domain is that of aplomb.yaml.
 */
export async function generateKeys(options: GenerateOptions): Promise<GeneratedKeys> {
  const count = options.dev ? 1 : 3;
  const rootKeys = await Promise.all(Array.from({ length: count }, generatePrivateJwk));
  const bundleKey = await generatePrivateJwk();
  const rootSigners = await Promise.all(rootKeys.map(signingKeyOf));
  const bundleSigner = await signingKeyOf(bundleKey);
  const root = create(RootSchema, {
    trustDomain: options.trustDomain,
    version: 1n,
    epoch: options.dev ? BigInt(Math.floor(options.atMs / 1000)) : 1n,
    issuedAtMs: BigInt(options.atMs),
    expiresAtMs: BigInt(options.atMs + ROOT_VALID_MS),
    keys: [...rootSigners, bundleSigner].map(publicHalf),
    root: { keyids: rootSigners.map(({ keyid }) => keyid), threshold: options.dev ? 1 : 2 },
    bundle: { keyids: [bundleSigner.keyid], threshold: 1 },
  });
  const rootEnvelope = await signEnvelope(ROOT_TYPE, toBinary(RootSchema, root), rootSigners);
  return { rootKeys, bundleKey, rootEnvelope };
}

function publicHalf({ keyid, publicKey }: SigningKey): { keyid: string; alg: KeyAlgorithm; publicKey: Uint8Array } {
  return { keyid, alg: KeyAlgorithm.ED25519, publicKey };
}
