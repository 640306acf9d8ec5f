/** Makes root 1 from keys that are there already, wherever they were made. @module */
import { openRoot, type TrustedKey } from "@aplomb/core";
import { AuthoringError } from "../authoring-error.js";
import type { SigningKey } from "../signing-key.js";
import { publicHalf, ROOT_VALID_MS, signRoot } from "./sign-root.js";

/** What a first root says. */
export interface FirstRootOptions {
  readonly trustDomain: string;
  readonly rootKeys: readonly TrustedKey[];
  /** How many of the root keys must agree. */
  readonly threshold: number;
  readonly bundleKeys: readonly TrustedKey[];
  /** Milliseconds since 1970 UTC. */
  readonly atMs: number;
  /** Default: a year. */
  readonly validForMs?: number | undefined;
}

/**
 * Signs root 1.
 *
 * @param signers - Those of its root keys whose private halves are here; at least as many as must agree.
 * @throws AuthoringError ROOT_KEYS_MISSING if too few can sign; FlagError ROOT if no client could satisfy the root.
 */
export async function signFirstRoot(options: FirstRootOptions, signers: readonly SigningKey[]): Promise<Uint8Array> {
  const { trustDomain, rootKeys, threshold, bundleKeys, atMs, validForMs = ROOT_VALID_MS } = options;
  const speaking = signers.filter(({ keyid }) => rootKeys.some((key) => key.keyid === keyid));
  if (new Set(speaking.map(({ keyid }) => keyid)).size < threshold) {
    throw new AuthoringError(`${speaking.length} root keys can sign here, ${threshold} must`, {
      code: "ROOT_KEYS_MISSING",
      remedy: "Bring the private halves of enough of the root keys, or lower --threshold.",
    });
  }
  const envelope = await signRoot(
    {
      ...{ trustDomain, version: 1, epoch: 1, issuedAtMs: atMs, expiresAtMs: atMs + validForMs },
      root: { keys: rootKeys.map(publicHalf), threshold },
      bundle: { keys: bundleKeys.map(publicHalf), threshold: 1 },
    },
    speaking,
  );
  openRoot(envelope);
  return envelope;
}
