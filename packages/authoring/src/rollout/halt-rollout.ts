/** Takes a version back: the content before it, under a new and higher version. @module */
import { EVERYBODY } from "@aplomb/core";
import { AuthoringError } from "../authoring-error.js";
import type { PublishedAudience, PublishedManifest } from "../publication.js";
import { holdPublication } from "../publish/hold-publication.js";
import { putPublication } from "../publish/put-publication.js";
import { readPrevious, readRings } from "../publish/read-published.js";
import { isSameContent } from "../publish/same-content.js";
import { signBundle } from "../sign/sign-bundle.js";
import type { SignedBundle } from "../signed-bundle.js";
import { believedBundle } from "./believed-bundle.js";
import type { RolloutOptions } from "./promote-version.js";
import { logRollout } from "./rollout-log.js";
import { ALL_RINGS, highestVersion, nextStep, type RingManifests } from "./rollout-steps.js";

/**
 * Halts a rollout. While a version is in early rings only, those get everybody's content; once everybody has it, all get what
 * everybody had before. Versions never fall: the content comes back under the next version, only where the bad one was.
 *
 * @returns One for each ring that got the new version.
 * @throws AuthoringError VERSION if there is nothing to go back to; PUBLICATION_UNREADABLE, PUBLICATION_LOCKED,
 * KEYS_UNREADABLE, ROOT_EXPIRED
 */
export async function haltRollout(options: RolloutOptions): Promise<readonly PublishedAudience[]> {
  return holdPublication(options.dir, () => halt(options));
}

async function halt({ dir, audience, keys, atMs, reason }: RolloutOptions): Promise<readonly PublishedAudience[]> {
  const rings = await readRings(dir, audience);
  const good = await goodContent(dir, audience, rings);
  const bundle = await believedBundle(dir, audience, good, keys);
  const { remoteBundle } = good;
  const version = highestVersion(rings, keys.rootEnvelope) + 1;
  const bundles: SignedBundle[] = [];
  for (const ring of ALL_RINGS) {
    const last = rings.get(ring);
    if (last === undefined || isSameContent(last, good)) continue;
    // The bad version may have added many flags: going back is meant, and clients must not take it for an accident.
    const published = await signBundle(bundle, { keys, atMs, last, version, ring, remoteBundle, allowShrink: true });
    bundles.push({ bundle, published });
  }
  await putPublication(dir, { roots: [...(keys.earlierRoots ?? []), keys.rootEnvelope], bundles });
  const published = bundles.map((signed) => signed.published);
  const halted = published.map(({ manifest }) => manifest.ring);
  await logRollout(dir, { atMs, audience, action: "halt", version, rings: halted, reason });
  return published;
}

/** What everybody has, unless that is what is bad. */
async function goodContent(dir: string, audience: string, rings: RingManifests): Promise<PublishedManifest> {
  const everybodys = rings.get(EVERYBODY);
  if (everybodys !== undefined && nextStep(rings) !== undefined) return everybodys;
  const previous = await readPrevious(dir, audience);
  if (previous !== undefined && !(everybodys && isSameContent(previous, everybodys))) return previous;
  throw new AuthoringError(`${audience} has no earlier content to go back to`, {
    code: "VERSION",
    remedy: "Restore the files, then build, sign with --skip-rings and publish.",
  });
}
