/** How far the versions of an audience have come, and which step is next. @module */
import { EARLY_RINGS, EVERYBODY, openRoot } from "@aplomb/core";
import type { PublishedManifest } from "../publication.js";

/** The manifests of an audience by their rings. */
export type RingManifests = ReadonlyMap<number, PublishedManifest>;

/** From which ring a version goes on to which. */
export interface RolloutStep {
  readonly from: number;
  readonly to: number;
}

const [FIRST, SECOND] = EARLY_RINGS.map(({ ring }) => ring) as [number, number];

/** Every ring, the first one first and everybody last. */
export const ALL_RINGS: readonly number[] = [FIRST, SECOND, EVERYBODY];

/** Whether new versions of the audience begin in the first ring. */
export function hasRings(rings: RingManifests): boolean {
  return rings.has(FIRST);
}

/** What clients of a ring get: its own manifest, or everybody's where it has none. */
export function servedIn(ring: number, rings: RingManifests): PublishedManifest | undefined {
  return rings.get(ring) ?? rings.get(EVERYBODY);
}

/** The highest version of an epoch in any ring; 0 for none. */
export function highestVersion(rings: RingManifests, rootEnvelope: Uint8Array): number {
  const { epoch } = openRoot(rootEnvelope);
  const versions = [...rings.values()].filter(({ manifest }) => manifest.epoch === epoch);
  return Math.max(0, ...versions.map(({ manifest }) => manifest.version));
}

/** The next step, of the version that has come furthest; undefined where every ring has the same one. */
export function nextStep(rings: RingManifests): RolloutStep | undefined {
  const steps: readonly RolloutStep[] = [
    { from: SECOND, to: EVERYBODY },
    { from: FIRST, to: SECOND },
  ];
  const versionIn = (ring: number): number => servedIn(ring, rings)?.manifest.version ?? 0;
  return steps.find(({ from, to }) => rings.has(from) && versionIn(from) > versionIn(to));
}

/** The rings that a new version is signed for. The first version of all is everybody's: there is nothing to fall back on. */
export function ringsToSign(
  rings: RingManifests,
  wish: { readonly rings: boolean; readonly skip: boolean },
): readonly number[] {
  if (!hasRings(rings) && !wish.rings) return [EVERYBODY];
  return wish.skip || rings.size === 0 ? ALL_RINGS : [FIRST];
}
