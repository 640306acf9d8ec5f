/** Signs what is published again, so that clients can tell it from something that was held back. @module */
import { AuthoringError } from "./authoring-error.js";
import type { PublishedAudience } from "./publication.js";
import { holdPublication } from "./publish/hold-publication.js";
import { putPublication } from "./publish/put-publication.js";
import { readRings } from "./publish/read-published.js";
import { believedBundle } from "./rollout/believed-bundle.js";
import { ALL_RINGS, highestVersion } from "./rollout/rollout-steps.js";
import { type SignOptions, signBundle } from "./sign/sign-bundle.js";
import type { SignedBundle } from "./signed-bundle.js";
import { directorySource } from "./verify/artefact-source.js";

/** What to sign again, and how. */
export interface RefreshOptions extends Pick<SignOptions, "keys" | "atMs" | "freshForMs"> {
  /** The publication's directory. */
  readonly dir: string;
}

/**
 * Signs the manifests of a publication again whose freshness is half over, or that were signed under an earlier root.
 * Bundles and versions stay.
 *
 * Only what a key of the newest root has signed is signed again: after a key was revoked, what it has signed must be
 * built anew from the files.
 *
 * @throws AuthoringError PUBLICATION_UNREADABLE if a manifest is not believed or its bundle is not there; ROOT_EXPIRED,
 * ROOT_CONFLICT, KEYS_UNREADABLE, PUBLICATION_LOCKED
 */
export async function refreshPublication(options: RefreshOptions): Promise<PublishedAudience[]> {
  const { dir } = options;
  const audiences = (await directorySource(dir).audiences()) ?? [];
  const published = audiences.length === 0 ? [] : await holdPublication(dir, () => refresh(audiences, options));
  if (published.length > 0) return published;
  const remedy = "Name the directory that `aplomb publish` published into.";
  throw new AuthoringError(`there is nothing published in ${dir}`, { code: "PUBLICATION_UNREADABLE", remedy });
}

async function refresh(audiences: readonly string[], options: RefreshOptions): Promise<PublishedAudience[]> {
  const { dir, ...signing } = options;
  const bundles: SignedBundle[] = [];
  for (const audience of audiences) {
    const rings = await readRings(dir, audience);
    let highest = highestVersion(rings, options.keys.rootEnvelope);
    // Everybody first, so that the first ring stays the furthest, should one need a new version.
    for (const ring of [...ALL_RINGS].reverse()) {
      const last = rings.get(ring);
      if (last === undefined) continue;
      const bundle = await believedBundle(dir, audience, last, options.keys);
      const published = await signBundle(bundle, { ...signing, last, ring, highest, remoteBundle: last.remoteBundle });
      highest = Math.max(highest, published.manifest.version);
      bundles.push({ bundle, published });
    }
  }
  if (bundles.length === 0) return [];
  await putPublication(dir, { roots: [...(options.keys.earlierRoots ?? []), options.keys.rootEnvelope], bundles });
  return bundles.map(({ published }) => published);
}
