/** Reads the bundle that only the endpoint sees: beside the publication's directory, never below it. @module */
import { join, resolve } from "node:path";
import type { PublishedManifest } from "../publication.js";
import { isNamedBy } from "./is-named-by.js";
import { readArtefact } from "./read-artefact.js";

/** The file begins with as many bytes that nobody can guess, so that its digest, which is public, confirms no guess. */
const BLIND_BYTES = 32;

/** Where an audience's remote bundles lie: in `DIR.remote/<audience>/<sha256>`, so that no copy of `DIR` to a CDN takes them along. */
export function remoteBundlePath(directory: string, audience: string, sha256: string): string {
  return join(`${resolve(directory)}.remote`, audience, sha256);
}

/**
 * The remote bundle that a manifest names; undefined if it names none.
 *
 * @throws Error when the file is absent, or is not the one that was signed.
 */
export async function readRemoteBundle(
  directory: string,
  { audience, version, remoteBundle }: PublishedManifest,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  if (remoteBundle === undefined) return undefined;
  const { sha256, sizeBytes } = remoteBundle;
  const bytes = await readArtefact(remoteBundlePath(directory, audience, sha256), maxBytes + BLIND_BYTES);
  if (bytes === undefined) {
    throw new Error(`version ${version} has flags that the endpoint resolves, and their bundle ${sha256} is not there`);
  }
  if (!isNamedBy(bytes, remoteBundle) || sizeBytes < BLIND_BYTES) {
    throw new Error(
      `the remote bundle of version ${version} does not have the size and digest that the manifest names`,
    );
  }
  return bytes.subarray(BLIND_BYTES);
}
