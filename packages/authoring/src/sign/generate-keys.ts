/** Makes the keys of a trust domain and the first root that speaks for them. @module */
import { generatePrivateJwk, signingKeyOf } from "../ed25519.js";
import type { PrivateJwk } from "../signing-key.js";
import { publicHalf, ROOT_VALID_MS, signRoot } from "./sign-root.js";

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
  const root = {
    trustDomain: options.trustDomain,
    version: 1,
    epoch: options.dev ? Math.floor(options.atMs / 1000) : 1,
    issuedAtMs: options.atMs,
    expiresAtMs: options.atMs + ROOT_VALID_MS,
    root: { keys: rootSigners.map(publicHalf), threshold: options.dev ? 1 : 2 },
    bundle: { keys: [publicHalf(bundleSigner)], threshold: 1 },
  };
  return { rootKeys, bundleKey, rootEnvelope: await signRoot(root, rootSigners) };
}
