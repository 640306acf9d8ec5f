/** Gets the current manifest and believes it, or not. @module */
import { checkRing, EVERYBODY, type Floor, isFlagError, type Manifest } from "@aplomb/core";
import type { RingCell } from "../host.js";
import type { ManifestAnswer } from "../refresh-source.js";
import { type FollowParts, openFollowingRoots } from "./follow-roots.js";

/** A manifest that is believed, and the bytes it came in. */
export interface FetchedManifest extends ManifestAnswer {
  readonly manifest: Manifest;
}

/**
 * Fetches the current manifest; undefined when the validator still holds.
 *
 * @throws FlagError or RequestError.
 */
export type FetchManifest = (
  validator: string | undefined,
  floor: Floor | undefined,
  signal: AbortSignal,
) => Promise<FetchedManifest | undefined>;

/** What fetching needs. */
export interface FetchManifestParts extends FollowParts {
  /** Absent: in no early ring. */
  readonly ring?: RingCell | undefined;
}

/** Makes the fetch. After an answer that made no sense, the next request goes without validator. */
export function createFetchManifest(parts: FetchManifestParts): FetchManifest {
  let askAnew = false;
  return async (validator, floor, signal) => {
    try {
      const answer = await parts.source.fetchManifest(askAnew ? undefined : validator, signal);
      askAnew = false;
      if (!answer) return undefined;
      const manifest = await openFollowingRoots(answer.envelope, floor, parts, signal);
      checkRing(manifest, parts.ring?.current ?? EVERYBODY);
      return { ...answer, manifest };
    } catch (error) {
      askAnew ||= isFlagError(error, "MALFORMED");
      throw error;
    }
  };
}
