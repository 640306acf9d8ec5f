/** Picks what to start with: the newest stored or bootstrap bundle that still verifies. @module */
import type { FlagSet, Floor, Manifest } from "@aplomb/core";
import { checkBundle } from "@aplomb/core/reading";
import type { ActiveBundle } from "../active-bundle.js";
import { isAbove } from "../bundle-store.js";
import type { BundleSource } from "../flag-client.js";

/** Bytes of a bundle found somewhere, and what vouches for them. */
export interface Candidate {
  readonly envelope: Uint8Array;
  /** Absent: only the floor counts. */
  readonly bundle?: Uint8Array;
  readonly validator?: string | undefined;
  readonly source: BundleSource;
}

/** What verifying and opening need. */
export interface OpenParts {
  readonly openManifest: (envelope: Uint8Array, floor: Floor | undefined) => Promise<Manifest>;
  readonly openBundle: (bytes: Uint8Array, manifest: Manifest) => FlagSet;
  readonly digest: (bytes: Uint8Array) => Promise<Uint8Array>;
}

/** What a client starts with. */
export interface Restored {
  readonly active: ActiveBundle | undefined;
  /** The highest manifest that was ever active here. */
  readonly floor: Floor | undefined;
}

/**
 * Verifies every candidate as if it had come from the network, and picks the newest that holds.
 *
 * A candidate may be older than the floor: it is what is left of the last known good. Nothing newer arriving may be.
 *
 * @param refused - Told of each candidate that does not hold.
 */
export async function restoreBundle(
  candidates: readonly Candidate[],
  parts: OpenParts,
  refused: (error: unknown) => void,
): Promise<Restored> {
  let active: ActiveBundle | undefined;
  let floor: Floor | undefined;
  for (const candidate of candidates) {
    try {
      const manifest = await parts.openManifest(candidate.envelope, undefined);
      if (!floor || isAbove(manifest, floor)) floor = manifest;
      if (!candidate.bundle || (active && !isAbove(manifest, active.manifest))) continue;
      checkBundle(manifest, candidate.bundle, await parts.digest(candidate.bundle));
      const { envelope, bundle: bytes, source, validator } = candidate;
      active = { flagSet: parts.openBundle(bytes, manifest), manifest, envelope, bytes, source, validator };
    } catch (error) {
      refused(error);
    }
  }
  return { active, floor };
}
