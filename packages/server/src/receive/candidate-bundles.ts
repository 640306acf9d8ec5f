/** Finds the bundles that an exposure's version may stand for, as far as it can, so that exposures of earlier versions can be judged. @module */
import type { FlagSet } from "@aplomb/core";
import type { Clock } from "../clock.js";
import type { OpenedBundles } from "../load/opened-bundles.js";
import type { ServedVersions } from "../load/served-versions.js";
import type { Publication } from "../publication.js";
import { createTokenBucket } from "../token-bucket.js";

/** What an instance says it runs: helps where the version is from before the endpoint started. */
export interface ClaimedBundle {
  readonly epoch: number;
  readonly version: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Bundles by version. */
export interface CandidateBundles {
  /**
   * The flag sets that a version may stand for: several where versions began again with a new epoch, none where it is not known.
   * "never": no such version can have been published yet.
   */
  flagSetsOf(audience: string, version: number, claim?: ClaimedBundle): Promise<readonly FlagSet[] | "never">;
}

/** What finding needs. */
export interface CandidateParts {
  readonly publication: Publication;
  readonly served: ServedVersions;
  readonly bundles: OpenedBundles;
  readonly clock: Clock;
}

/** Other endpoints may have announced later versions; nobody publishes this many before this endpoint sees one. */
const maxVersionsAhead = 100;
/** How often a bundle is looked for that only a client names. */
const claimRate = { perSecond: 1, burst: 10 } as const;

/** Finds among what was served, and what clients name. */
export function createCandidateBundles({ publication, served, bundles, clock }: CandidateParts): CandidateBundles {
  const claims = createTokenBucket(claimRate);

  const digestsOf = (audience: string, version: number, claim: ClaimedBundle | undefined): readonly string[] => {
    const known = served.at(audience, version).map(({ sha256 }) => sha256);
    if (known.length > 0) return known;
    if (claim?.version !== version || claim.sha256 === "") return [];
    return bundles.has(audience, claim.sha256) || claims.take(clock.nowMs()) === 0 ? [claim.sha256] : [];
  };

  return {
    async flagSetsOf(audience, version, claim) {
      const current = publication.manifest(audience);
      const isKnown = served.at(audience, version).length > 0;
      const isAhead = current !== undefined && version > current.version + maxVersionsAhead;
      // In another epoch versions count from elsewhere.
      if (isAhead && !isKnown && claim?.epoch === current.epoch) return "never";
      const digests = digestsOf(audience, version, claim);
      const found = await Promise.all(digests.map((sha256) => bundles.open(audience, sha256)));
      return found.flatMap((bundle) => bundle?.flagSet ?? []);
    },
  };
}
