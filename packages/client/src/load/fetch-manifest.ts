/** Gets the current manifest and believes it, or not. @module */
import type { Floor, Manifest } from "@aplomb/core";
import { checkRing, EVERYBODY, isFlagError } from "@aplomb/core/reading";
import type { RingCell } from "../host.js";
import type { ManifestAnswer } from "../refresh-source.js";
import type { LoadUpdating } from "../updating.js";
import type { FollowParts } from "./follow-roots.js";

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
export function createFetchManifest(parts: FetchManifestParts, loadUpdating: LoadUpdating): FetchManifest {
  let askAnew = false;

  async function open(envelope: Uint8Array, floor: Floor | undefined, signal: AbortSignal): Promise<Manifest> {
    try {
      return await parts.openManifest(envelope, floor);
    } catch (error) {
      // It may have been signed under roots that this client has yet to see.
      const mayFollow = isFlagError(error, "SIGNATURE") || isFlagError(error, "ROOT");
      if (!parts.roots || !mayFollow) throw error;
      const updating = await loadUpdating().catch(() => Promise.reject(error));
      return updating.openFollowingRoots(envelope, floor, error, parts, signal);
    }
  }

  return async (validator, floor, signal) => {
    try {
      const answer = await parts.source.fetchManifest(askAnew ? undefined : validator, signal);
      askAnew = false;
      if (!answer) return undefined;
      const manifest = await open(answer.envelope, floor, signal);
      checkRing(manifest, parts.ring?.current ?? EVERYBODY);
      return { ...answer, manifest };
    } catch (error) {
      askAnew ||= isFlagError(error, "MALFORMED");
      throw error;
    }
  };
}
