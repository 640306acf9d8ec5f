/** Keeps signed manifests beside their bundles, between signing and publishing, which may happen on different machines. @module */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkRing, EVERYBODY, openRoot, verifyManifest } from "@aplomb/core";
import { AuthoringError } from "../authoring-error.js";
import { readBuild } from "../build/build-files.js";
import type { BuiltBundle } from "../built-bundle.js";
import { verifySignature } from "../ed25519.js";
import { remoteBundleIn } from "../publish/read-published.js";
import { remoteRefOf } from "../publish/remote-file.js";
import { ALL_RINGS } from "../rollout/rollout-steps.js";
import type { SignedBuild, SignedBundle } from "../signed-bundle.js";
import { isRootFile, readRoots } from "./root-files.js";

/**
 * Writes `<audience>.manifest` beside each bundle of a build directory, and the roots as `<n>.root`; both are public. Beside
 * them `<audience>.blinded`, which only the endpoint may read, where flags are left to it.
 */
export async function writeSigned(dir: string, { roots, bundles }: SignedBuild): Promise<void> {
  const outdated = (await readdir(dir)).filter((name) => isRootFile(name) || /\.(?:manifest|blinded)$/.test(name));
  await Promise.all(outdated.map((name) => rm(join(dir, name))));
  for (const envelope of roots) await writeFile(join(dir, `${openRoot(envelope).version}.root`), envelope);
  for (const { bundle, published, remoteFile } of bundles) {
    await writeFile(join(dir, manifestFile(bundle.audience, published.manifest.ring)), published.envelope);
    if (remoteFile) await writeFile(join(dir, `${bundle.audience}.blinded`), remoteFile, { mode: 0o600 });
  }
}

/**
 * Reads what {@link writeSigned} wrote, and verifies it as a client would that has the newest root.
 *
 * @throws AuthoringError BUILD_UNREADABLE if there is no build, if it has not been signed, or not as it is now.
 */
export async function readSigned(dir: string): Promise<SignedBuild> {
  const built = await readBuild(dir);
  const roots = await readRoots(dir);
  const newest = roots.at(-1);
  if (newest === undefined) throw unsigned(`the build in ${dir} has not been signed`);
  const bundles: SignedBundle[] = [];
  const files = new Set(await readdir(dir));
  for (const bundle of built) {
    const rings = ALL_RINGS.filter((ring) => files.has(manifestFile(bundle.audience, ring)));
    for (const ring of rings.length > 0 ? rings : [EVERYBODY]) {
      bundles.push(await readSignedBundle(dir, bundle, ring, newest));
    }
  }
  return { roots, bundles };
}

/** No audience has an at sign in its name. */
function manifestFile(audience: string, ring: number): string {
  return `${audience}${ring === EVERYBODY ? "" : `@ring-${ring}`}.manifest`;
}

async function readSignedBundle(
  dir: string,
  bundle: BuiltBundle,
  ring: number,
  newest: Uint8Array,
): Promise<SignedBundle> {
  const path = join(dir, manifestFile(bundle.audience, ring));
  try {
    const envelope = new Uint8Array(await readFile(path));
    const trust = { root: openRoot(newest), audience: bundle.audience };
    const manifest = await verifyManifest(envelope, trust, { verifySignature });
    if (manifest.sha256 !== bundle.sha256) throw new RangeError("the bundle has been built again since it was signed");
    checkRing(manifest, ring);
    const remoteBundle = remoteBundleIn(envelope);
    const remoteFile = remoteBundle && new Uint8Array(await readFile(join(dir, `${bundle.audience}.blinded`)));
    if (remoteFile && remoteRefOf(remoteFile).sha256 !== remoteBundle?.sha256) {
      throw new RangeError("what the endpoint evaluates has changed since it was signed");
    }
    return { bundle, published: { manifest, envelope, remoteBundle, change: "new" }, remoteFile };
  } catch (cause) {
    throw unsigned(`${path} does not speak for its bundle: ${(cause as Error).message}`, cause);
  }
}

function unsigned(message: string, cause?: unknown): AuthoringError {
  return new AuthoringError(message, { code: "BUILD_UNREADABLE", remedy: "Sign it with `aplomb sign BUILD`.", cause });
}
