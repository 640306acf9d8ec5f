/** Publishes what has been signed elsewhere: it needs no key, and believes no more than a client does. @module */
import { EVERYBODY, openRoot, verifyManifest } from "@aplomb/core";
import { AuthoringError } from "./authoring-error.js";
import { verifySignature } from "./ed25519.js";
import type { PublishedAudience, PublishedChange, PublishedManifest } from "./publication.js";
import { checkBeforePublishing } from "./publish/check-bundle.js";
import { checkShrink } from "./publish/check-shrink.js";
import { holdPublication } from "./publish/hold-publication.js";
import { putPublication } from "./publish/put-publication.js";
import { readRings } from "./publish/read-published.js";
import { isSameContent } from "./publish/same-content.js";
import { logRollout } from "./rollout/rollout-log.js";
import { hasRings, type RingManifests, servedIn } from "./rollout/rollout-steps.js";
import { skippedRings } from "./rollout/skipped-rings.js";
import type { SignedBuild, SignedBundle } from "./signed-bundle.js";

/**
 * Publishes a signed build.
 *
 * Everything that clients check is checked before the first file is written: signatures, that versions rise, that nothing
 * has shrunk by accident, four fifths of the limits. What is refused leaves the publication as it was. Of two publishers
 * at once, one is refused.
 *
 * @param build - As `readSigned` gave it.
 * @param dir - The publication's directory. Made if it is not there.
 * @param onProgress - Told what is being worked on, for who waits.
 * @param skipRings - Why a version goes to every ring at once, for the rollout log; needed where one does.
 * @throws AuthoringError VERSION, BUNDLE_REFUSED, SHRINK, ROOT_CONFLICT, PUBLICATION_LOCKED, PUBLICATION_UNREADABLE
 */
export async function publishSigned(
  build: SignedBuild,
  dir: string,
  onProgress?: (line: string) => void,
  skipRings?: string,
): Promise<PublishedAudience[]> {
  return holdPublication(dir, async () => {
    for (const { audience } of skipRings === undefined ? skippedRings(build) : []) throw unsaid(audience);
    const published = await checkAndPut(build, dir, onProgress, skipRings);
    for (const skip of skippedRings(build)) await logRollout(dir, { ...skip, reason: skipRings ?? "" });
    return published;
  });
}

async function checkAndPut(
  build: SignedBuild,
  dir: string,
  onProgress: ((line: string) => void) | undefined,
  skipRings: string | undefined,
): Promise<PublishedAudience[]> {
  const newest = build.roots.at(-1);
  const bundles: SignedBundle[] = [];
  for (const signed of newest === undefined ? [] : build.bundles) {
    onProgress?.(`checking ${signed.bundle.audience}`);
    checkBeforePublishing(signed.bundle);
    const rings = await readRings(dir, signed.bundle.audience);
    const { ring } = signed.published.manifest;
    if (ring === EVERYBODY && hasRings(rings) && skipRings === undefined) throw unsaid(signed.bundle.audience);
    const last = servedIn(ring, rings);
    const published = await compare(signed, last, newest as Uint8Array);
    requireUnused(published, rings);
    await checkShrink(dir, signed.bundle, { last, allowShrink: published.manifest.allowShrink });
    bundles.push({ ...signed, published });
  }
  await putPublication(dir, { roots: build.roots, bundles });
  return bundles.map(({ published }) => published);
}

/** What publishing it would do to the audience, for a client that has what is published now. */
async function compare(
  { bundle, published }: SignedBundle,
  last: PublishedManifest | undefined,
  newest: Uint8Array,
): Promise<PublishedAudience> {
  const trust = { root: openRoot(newest), audience: bundle.audience };
  try {
    await verifyManifest(published.envelope, trust, { verifySignature, floor: last?.manifest });
  } catch (cause) {
    const message = `${bundle.audience} cannot be published: ${(cause as Error).message}`;
    throw new AuthoringError(message, {
      code: "VERSION",
      remedy: "Somebody has published since it was signed, or keys have changed: sign again with `aplomb sign`.",
      cause,
    });
  }
  return { ...published, change: changeOf(published, last) };
}

function changeOf({ manifest }: PublishedManifest, last: PublishedManifest | undefined): PublishedChange {
  if (last === undefined || last.manifest.epoch !== manifest.epoch || last.manifest.version !== manifest.version)
    return "new";
  return manifest.issuedAtMs > last.manifest.issuedAtMs ? "refreshed" : "unchanged";
}

/** One version is one content, in whichever ring. */
function requireUnused(signed: PublishedManifest, rings: RingManifests): void {
  const { manifest } = signed;
  const isTaken = [...rings.values()].some((published) => {
    const { epoch, version } = published.manifest;
    return epoch === manifest.epoch && version === manifest.version && !isSameContent(published, signed);
  });
  if (!isTaken) return;
  throw new AuthoringError(`${manifest.audience} has a version ${manifest.version} in another ring already`, {
    code: "VERSION",
    remedy: "Somebody has published since it was signed: sign again with `aplomb sign`.",
  });
}

function unsaid(audience: string): AuthoringError {
  return new AuthoringError(`${audience} is published in rings, and this version was signed for everybody at once`, {
    code: "VERSION",
    remedy:
      "Sign it again, without --skip-rings; or say why it cannot wait: --skip-rings REASON. Nothing was published.",
  });
}
