/** Puts signed bundles where clients find them. @module */
import { join } from "node:path";
import { EVERYBODY, openRoot } from "@aplomb/core";
import { AuthoringError } from "../authoring-error.js";
import { type PublishedAudience, publicationPaths } from "../publication.js";
import type { SignedBuild, SignedBundle } from "../signed-bundle.js";
import { readIfThere, readRings } from "./read-published.js";
import { remoteFilePath } from "./remote-file.js";
import { isSameContent } from "./same-content.js";
import { type StagedFile, stageFile, writeAtomically } from "./write-atomically.js";

/**
 * Writes the roots and the bundles, stages the manifests, and only when all of that is on disk lets the manifests take
 * their names, one after the other. Whoever reads meanwhile sees the last version of an audience or the new one, whole; a
 * disk that is full leaves every audience with the last.
 *
 * @throws AuthoringError ROOT_CONFLICT before anything is written.
 */
export async function putPublication(dir: string, build: SignedBuild): Promise<void> {
  const roots = await missingRoots(dir, build.roots);
  for (const { path, envelope } of roots) await writeAtomically(path, envelope);
  for (const signed of build.bundles) {
    await writeRemoteFile(dir, signed);
    await writeBundle(dir, signed);
  }
  const staged: StagedFile[] = [];
  try {
    for (const { bundle, published } of build.bundles) {
      if (published.change === "unchanged") continue;
      await keepPrevious(dir, published);
      const path = publicationPaths.manifest(bundle.audience, published.manifest.ring);
      staged.push(await stageFile(join(dir, path), published.envelope));
    }
    for (const manifest of staged) await manifest.commit();
  } finally {
    for (const manifest of staged) await manifest.discard();
  }
}

/** Keeps what everybody had before, where there are rings: all clients may have to go on from it. */
async function keepPrevious(dir: string, published: PublishedAudience): Promise<void> {
  const { manifest } = published;
  if (manifest.ring !== EVERYBODY) return;
  const rings = await readRings(dir, manifest.audience);
  const before = rings.get(EVERYBODY);
  if (rings.size < 2 || before === undefined || isSameContent(before, published)) return;
  await writeAtomically(join(dir, publicationPaths.previous(manifest.audience)), before.envelope);
}

async function writeBundle(dir: string, { bundle }: SignedBundle): Promise<void> {
  const path = join(dir, publicationPaths.bundle(bundle.audience, bundle.sha256));
  const present = await readIfThere(path);
  if (present === undefined || Buffer.compare(present, bundle.bytes) !== 0) await writeAtomically(path, bundle.bytes);
}

/** For the endpoint's eyes: nobody else on the machine reads it. */
async function writeRemoteFile(dir: string, { bundle, published, remoteFile }: SignedBundle): Promise<void> {
  if (remoteFile === undefined || published.remoteBundle === undefined) return;
  const path = remoteFilePath(dir, bundle.audience, published.remoteBundle.sha256);
  const present = await readIfThere(path);
  if (present === undefined || Buffer.compare(present, remoteFile) !== 0)
    await writeAtomically(path, remoteFile, 0o600);
}

/** The roots that are not there yet. */
async function missingRoots(
  dir: string,
  roots: readonly Uint8Array[],
): Promise<{ readonly path: string; readonly envelope: Uint8Array }[]> {
  const missing: { path: string; envelope: Uint8Array }[] = [];
  let newest = 0;
  for (const envelope of roots) {
    newest = openRoot(envelope).version;
    const path = join(dir, publicationPaths.root(newest));
    const present = await readIfThere(path);
    if (present === undefined) missing.push({ path, envelope });
    else if (Buffer.compare(present, envelope) !== 0) throw conflict(`${path} is another root than that of the keys`);
  }
  if (roots.length === 0 || (await readIfThere(join(dir, publicationPaths.root(newest + 1)))) === undefined)
    return missing;
  throw conflict(`the publication has root ${newest + 1} already, the newest one of the keys is root ${newest}`);
}

function conflict(message: string): AuthoringError {
  const remedy =
    "Use the keys and the newest root that belong to this publication, or publish into another directory. Nothing was published.";
  return new AuthoringError(message, { code: "ROOT_CONFLICT", remedy });
}
