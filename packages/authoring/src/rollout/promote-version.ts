/** Lets a version go on to the next ring. @module */
import { AuthoringError } from "../authoring-error.js";
import type { PublishedAudience, PublishedManifest } from "../publication.js";
import { checkShrink } from "../publish/check-shrink.js";
import { holdPublication } from "../publish/hold-publication.js";
import { putPublication } from "../publish/put-publication.js";
import { readRings } from "../publish/read-published.js";
import { signBundle } from "../sign/sign-bundle.js";
import type { PublishingKeys } from "../signing-key.js";
import { believedBundle } from "./believed-bundle.js";
import { logRollout } from "./rollout-log.js";
import { nextStep, servedIn } from "./rollout-steps.js";

/** Whose rollout, and who signs. */
export interface RolloutOptions {
  /** The publication's directory. */
  readonly dir: string;
  readonly audience: string;
  readonly keys: PublishingKeys;
  /** Milliseconds since 1970 UTC. */
  readonly atMs: number;
  /** Kept in the rollout log. */
  readonly reason: string;
}

/**
 * Signs the version that has come furthest for the next ring: the same version and the same bytes, so that no client sees
 * one twice. Whether it is healthy is for the caller to know.
 *
 * @param version - Of which health was judged: if another one is next by now, nothing is done.
 * @throws AuthoringError VERSION if there is nothing to promote, or another version; SHRINK, since the clients of the next
 * ring may have a bundle from before several changes; PUBLICATION_UNREADABLE, PUBLICATION_LOCKED, KEYS_UNREADABLE, ROOT_EXPIRED
 */
export async function promoteVersion(options: RolloutOptions, version: number): Promise<PublishedAudience> {
  return holdPublication(options.dir, () => promote(options, version));
}

async function promote(
  { dir, audience, keys, atMs, reason }: RolloutOptions,
  version: number,
): Promise<PublishedAudience> {
  const rings = await readRings(dir, audience);
  const step = nextStep(rings);
  const next = step && rings.get(step.from);
  if (step === undefined || next?.manifest.version !== version) throw nothingThere(audience, version, next);
  const last = servedIn(step.to, rings);
  const { remoteBundle } = next;
  const { allowShrink } = next.manifest;
  const bundle = await believedBundle(dir, audience, next, keys);
  await checkShrink(dir, bundle, { last, allowShrink });
  const published = await signBundle(bundle, {
    ...{ keys, atMs, last, version, remoteBundle, allowShrink, ring: step.to },
  });
  await putPublication(dir, {
    roots: [...(keys.earlierRoots ?? []), keys.rootEnvelope],
    bundles: [{ bundle, published }],
  });
  await logRollout(dir, { atMs, audience, action: "promote", version, rings: [step.to], reason });
  return published;
}

function nothingThere(audience: string, version: number, next: PublishedManifest | undefined): AuthoringError {
  const what = next === undefined ? "nothing waits in an early ring" : `version ${next.manifest.version} is next`;
  return new AuthoringError(`${audience}: version ${version} cannot be promoted: ${what}`, {
    code: "VERSION",
    remedy: "Look at `aplomb rollout status`: somebody may have published, promoted or halted meanwhile.",
  });
}
