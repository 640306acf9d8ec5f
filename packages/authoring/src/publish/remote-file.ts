/** The file that only the endpoint reads: a remote bundle behind bytes that nobody can guess. @module */
import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { preAuthEncoding } from "@aplomb/core";
import type { RemoteBundleRef } from "../publication.js";
import { sha256Hex } from "../sha256-hex.js";
import type { SigningKey } from "../signing-key.js";

/** What is signed for the blind; no client takes it for anything. */
const BLIND_TYPE = "application/vnd.aplomb.blind.v1";

/**
 * The bytes of the file: SHA-256 of a signature over the bundle, and the bundle.
 *
 * The manifest is public and names the file's digest. Without the first 32 bytes, whoever has guessed a bundle could hash
 * it and know. They need no store: the same key makes the same ones of the same bundle.
 */
export async function remoteFile(bundle: Uint8Array, key: SigningKey): Promise<Uint8Array> {
  const signature = await key.sign(preAuthEncoding(BLIND_TYPE, bundle));
  return Uint8Array.from(Buffer.concat([createHash("sha256").update(signature).digest(), bundle]));
}

/** What a manifest says of the file. */
export function remoteRefOf(file: Uint8Array): RemoteBundleRef {
  return { sha256: sha256Hex(file), sizeBytes: file.length };
}

/** Where the file lies: beside the publication's directory and never in it, so that no copy of that takes it along. */
export function remoteFilePath(dir: string, audience: string, sha256: string): string {
  return join(`${resolve(dir)}.remote`, audience, sha256);
}
