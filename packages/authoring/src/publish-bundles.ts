/** From built bundles to a signed publication. @module */
import type { BuiltBundle } from "./built-bundle.js";
import type { PublishedAudience } from "./publication.js";
import { checkBeforePublishing } from "./publish/check-bundle.js";
import { checkShrink } from "./publish/check-shrink.js";
import { holdPublication } from "./publish/hold-publication.js";
import { putPublication } from "./publish/put-publication.js";
import { readRings } from "./publish/read-published.js";
import { remoteFile, remoteRefOf } from "./publish/remote-file.js";
import { requireBelieved } from "./publish/require-believed.js";
import { logRollout } from "./rollout/rollout-log.js";
import { highestVersion, ringsToSign, servedIn } from "./rollout/rollout-steps.js";
import { skippedRings } from "./rollout/skipped-rings.js";
import { type SignOptions, signBundle } from "./sign/sign-bundle.js";
import type { SignedBuild, SignedBundle } from "./signed-bundle.js";

/** Where to publish, and how to sign. */
export interface PublishOptions extends Omit<SignOptions, "last" | "ring" | "highest" | "remoteBundle"> {
  /** The publication's directory; its paths are the endpoint's URLs. Made if it is not there. */
  readonly dir: string;
  /** New versions begin in the first ring from now on. Where they do already, it need not be said again. */
  readonly rings?: boolean | undefined;
  /** Every ring gets the version at once, though there are rings: why, for the rollout log. Limits and guards stay. */
  readonly skipRings?: string | undefined;
  /** Told what is being worked on, for who waits. */
  readonly onProgress?: ((line: string) => void) | undefined;
}

/**
 * Publishes bundles: the roots, then for each audience the bundle, then the manifests that name them.
 *
 * All bundles are opened as clients would and signed before the first file is written, so that what cannot be published
 * leaves the publication as it was. One publisher at a time: of two at once, one is refused.
 *
 * @returns One for each bundle, in their order; where rings are skipped, one for each ring of each.
 * @throws AuthoringError BUNDLE_REFUSED, SHRINK, VERSION, TRUST_DOMAIN, ROOT_CONFLICT, ROOT_EXPIRED, KEYS_UNREADABLE,
 * PUBLICATION_LOCKED, PUBLICATION_UNREADABLE
 */
export async function publishBundles(
  bundles: readonly BuiltBundle[],
  options: PublishOptions,
): Promise<PublishedAudience[]> {
  return holdPublication(options.dir, async () => {
    const build = await signBundles(bundles, options);
    await putPublication(options.dir, build);
    for (const skip of skippedRings(build)) await logRollout(options.dir, { ...skip, reason: options.skipRings ?? "" });
    return build.bundles.map(({ published }) => published);
  });
}

/**
 * Checks and signs bundles as the next versions of a publication, and publishes nothing: the first half of
 * {@link publishBundles}, for a machine that has the key.
 *
 * @throws AuthoringError as publishBundles, but ROOT_CONFLICT and PUBLICATION_LOCKED.
 */
export async function signBundles(bundles: readonly BuiltBundle[], options: PublishOptions): Promise<SignedBuild> {
  const { dir, onProgress, rings: wantsRings = false, skipRings, ...signing } = options;
  const { earlierRoots = [], rootEnvelope } = options.keys;
  const roots = [...earlierRoots, rootEnvelope];
  const signed: SignedBundle[] = [];
  for (const [index, bundle] of bundles.entries()) {
    onProgress?.(`${index + 1} of ${bundles.length}: checking and signing ${bundle.audience}`);
    checkBeforePublishing(bundle);
    const rings = await readRings(dir, bundle.audience);
    for (const published of rings.values()) await requireBelieved(published, bundle.audience, roots);
    const file = bundle.remoteBundle && (await remoteFile(bundle.remoteBundle.bytes, options.keys.bundleKey));
    const remoteBundle = file && remoteRefOf(file);
    const highest = highestVersion(rings, rootEnvelope);
    for (const ring of ringsToSign(rings, { rings: wantsRings, skip: skipRings !== undefined })) {
      const last = servedIn(ring, rings);
      const version = skipRings !== undefined && rings.size > 1 ? highest + 1 : signing.version;
      const published = await signBundle(bundle, { ...signing, last, ring, highest, version, remoteBundle });
      await checkShrink(dir, bundle, { last, allowShrink: published.manifest.allowShrink });
      signed.push({ bundle, published, remoteFile: file });
    }
  }
  return { roots, bundles: signed };
}
