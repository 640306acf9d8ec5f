/** Remembers which bundle each version was, as far as it can, so that exposures of earlier versions can be judged. @module */
import { type FlagSet, openBundle } from "@aplomb/core";
import type { Clock } from "../clock.js";
import type { Publication, PublishedManifest } from "../publication.js";
import { createTokenBucket } from "../token-bucket.js";
import { createFlagSetCache } from "./flag-set-cache.js";

/** What an instance says it runs: helps where the version is from before the endpoint started. */
export interface ClaimedBundle {
  readonly epoch: number;
  readonly version: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Bundles by version. */
export interface BundleHistory {
  /**
   * The flag sets that a version may stand for: several where versions began again with a new epoch, none where it is not known.
   * "never": no such version can have been published yet.
   */
  flagSetsOf(audience: string, version: number, claim?: ClaimedBundle): Promise<readonly FlagSet[] | "never">;
  stop(): void;
}

/** What history needs. */
export interface HistoryParts {
  readonly publication: Publication;
  readonly clock: Clock;
  /** Told when a published bundle cannot be read. */
  readonly onError: (error: unknown, audience: string) => void;
}

/** Versions of an audience that are remembered. */
const maxVersions = 256;
/** Other endpoints may have announced later versions; nobody publishes this many before this endpoint sees one. */
const maxVersionsAhead = 100;
/** How often a bundle is looked for that only a client names. */
const claimRate = { perSecond: 1, burst: 10 } as const;

/** Follows a publication from now on. */
export function createBundleHistory({ publication, clock, onError }: HistoryParts): BundleHistory {
  const digests = new Map<string, Map<number, string[]>>();
  const claims = createTokenBucket(claimRate);
  const flagSets = createFlagSetCache(async (audience, sha256) => {
    try {
      const bytes = await publication.bundle(audience, sha256);
      return bytes && { flagSet: openBundle(bytes), sizeBytes: bytes.length };
    } catch (error) {
      onError(error, audience);
      return undefined;
    }
  });
  const note = ({ audience, version, sha256 }: PublishedManifest): void => {
    const versions = digests.get(audience) ?? new Map<number, string[]>();
    digests.set(audience, versions);
    const known = versions.get(version) ?? [];
    if (!known.includes(sha256)) versions.set(version, [...known, sha256]);
    if (versions.size > maxVersions) versions.delete(versions.keys().next().value ?? 0);
  };
  const stop = publication.onChange(note);
  for (const audience of publication.audiences()) {
    const manifest = publication.manifest(audience);
    if (manifest) note(manifest);
  }

  const digestsOf = (audience: string, version: number, claim: ClaimedBundle | undefined): readonly string[] => {
    const known = digests.get(audience)?.get(version);
    if (known !== undefined) return known;
    if (claim?.version !== version || claim.sha256 === "") return [];
    return flagSets.has(audience, claim.sha256) || claims.take(clock.nowMs()) === 0 ? [claim.sha256] : [];
  };

  return {
    stop,
    async flagSetsOf(audience, version, claim) {
      const current = publication.manifest(audience);
      const isKnown = digests.get(audience)?.has(version) ?? false;
      const isAhead = current !== undefined && version > current.version + maxVersionsAhead;
      // In another epoch versions count from elsewhere.
      if (isAhead && !isKnown && claim?.epoch === current.epoch) return "never";
      const found = await Promise.all(
        digestsOf(audience, version, claim).map((sha256) => flagSets.get(audience, sha256)),
      );
      return found.filter((flagSet) => flagSet !== undefined);
    },
  };
}
