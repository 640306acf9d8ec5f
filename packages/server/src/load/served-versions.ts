/** Remembers which versions this endpoint has served, and which bundle each was. @module */
import { EARLY_RINGS, EVERYBODY } from "@aplomb/core";
import type { Clock } from "../clock.js";
import type { Publication, PublishedManifest } from "../publication.js";

/** A version that was served. */
export interface ServedVersion {
  readonly version: number;
  /** Lower-case hex SHA-256 of its bundle. */
  readonly sha256: string;
  /** When this endpoint began to serve it, in milliseconds since 1970 UTC; undefined for one from before it started. */
  readonly servedSinceMs: number | undefined;
}

/** Versions by audience. */
export interface ServedVersions {
  /** All that are remembered, in the order they were first served; of a version that was served twice, the later bundle comes later. */
  of(audience: string): readonly ServedVersion[];
  /** What a version was: several bundles where versions began again with a new epoch, none where it is not remembered. */
  at(audience: string, version: number): readonly ServedVersion[];
  stop(): void;
}

/** Versions of an audience that are remembered. */
const maxVersions = 256;

/** Follows a publication from now on. */
export function createServedVersions(publication: Publication, clock: Clock): ServedVersions {
  const served = new Map<string, Map<number, readonly ServedVersion[]>>();
  const note = ({ audience, version, sha256 }: PublishedManifest, servedSinceMs: number | undefined): void => {
    const versions = served.get(audience) ?? new Map<number, readonly ServedVersion[]>();
    served.set(audience, versions);
    const known = versions.get(version) ?? [];
    if (known.at(-1)?.sha256 === sha256) return;
    const others = known.filter((one) => one.sha256 !== sha256);
    versions.set(version, [...others, { version, sha256, servedSinceMs }]);
    if (versions.size > maxVersions) versions.delete(versions.keys().next().value ?? 0);
  };
  for (const audience of publication.audiences()) {
    for (const ring of [EVERYBODY, ...EARLY_RINGS.map((early) => early.ring)]) {
      const manifest = publication.manifest(audience, ring);
      if (manifest) note(manifest, undefined);
    }
  }
  const stop = publication.onChange((manifest) => note(manifest, clock.nowMs()));
  return {
    stop,
    of: (audience) => [...(served.get(audience)?.values() ?? [])].flat(),
    at: (audience, version) => served.get(audience)?.get(version) ?? [],
  };
}
