/** Writes an audience's bundle and manifest where clients find them. @module */
import { join } from "node:path";
import { openRoot } from "@aplomb/core";
import { AuthoringError } from "../authoring-error.js";
import type { BuiltBundle } from "../built-bundle.js";
import { type PublishedAudience, publicationPaths } from "../publication.js";
import { readIfThere } from "./read-published.js";
import { writeAtomically } from "./write-atomically.js";

/** Writes the bundle, if it is not there yet, then the manifest that names it. Whoever reads in between sees the last version. */
export async function writePublished(dir: string, bundle: BuiltBundle, published: PublishedAudience): Promise<void> {
  const path = join(dir, publicationPaths.bundle(bundle.audience, bundle.sha256));
  const present = await readIfThere(path);
  if (present === undefined || Buffer.compare(present, bundle.bytes) !== 0) await writeAtomically(path, bundle.bytes);
  if (published.change === "unchanged") return;
  await writeAtomically(join(dir, publicationPaths.manifest(bundle.audience)), published.envelope);
}

/**
 * Writes a root where clients look for it.
 *
 * @throws AuthoringError ROOT_CONFLICT if another root of this version is there: a root's version is never used twice.
 */
export async function writeRoot(dir: string, rootEnvelope: Uint8Array): Promise<void> {
  const path = join(dir, publicationPaths.root(openRoot(rootEnvelope).version));
  const present = await readIfThere(path);
  if (present === undefined) return writeAtomically(path, rootEnvelope);
  if (Buffer.compare(present, rootEnvelope) === 0) return;
  const remedy = "Use the keys that belong to this publication, or publish into another directory.";
  throw new AuthoringError(`${path} is another root than the one in the keys' directory`, {
    code: "ROOT_CONFLICT",
    remedy,
  });
}
