/** Published bundles, opened for questions about them; the last few are kept. @module */
import { type FlagSet, openBundle } from "@aplomb/core";
import type { Publication } from "../publication.js";
import { type DescribedFlag, describeFlags } from "./describe-flags.js";

/** A bundle, opened and described. */
export interface OpenedBundle {
  readonly flagSet: FlagSet;
  /** By key. */
  readonly flags: ReadonlyMap<string, DescribedFlag>;
}

/** Opens bundles on first use. */
export interface OpenedBundles {
  /** Undefined where the publication keeps no such bundle, or it cannot be read. */
  open(audience: string, sha256: string, version: number): Promise<OpenedBundle | undefined>;
}

/** Two versions of a few audiences: what people compare at a time. */
const maxKept = 6;

/** Opens what a publication has. */
export function openedBundles(publication: Publication): OpenedBundles {
  const kept = new Map<string, OpenedBundle>();
  return {
    async open(audience, sha256, version) {
      const key = `${audience} ${sha256} ${version}`;
      const known = kept.get(key) ?? (await read(publication, audience, sha256, version));
      kept.delete(key);
      if (known === undefined) return undefined;
      // The one used longest ago stands first, and goes first.
      kept.set(key, known);
      if (kept.size > maxKept) kept.delete(kept.keys().next().value ?? "");
      return known;
    },
  };
}

async function read(
  publication: Publication,
  audience: string,
  sha256: string,
  bundleVersion: number,
): Promise<OpenedBundle | undefined> {
  const bytes = await publication.bundle(audience, sha256);
  if (bytes === undefined) return undefined;
  try {
    const flags = new Map(describeFlags(bytes).map((flag) => [flag.key, flag]));
    return { flagSet: openBundle(bytes, { bundleVersion, bundleId: sha256 }), flags };
  } catch {
    return undefined;
  }
}
