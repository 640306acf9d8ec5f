/** Published bundles, opened for questions about them; those used last are kept, within a bound on their bytes. @module */
import { type FlagSet, openBundle } from "@aplomb/core";
import type { Publication } from "../publication.js";

/** A bundle that was opened. */
export interface OpenedBundle {
  readonly flagSet: FlagSet;
  readonly bytes: Uint8Array;
}

/** Bundles by audience and digest. */
export interface OpenedBundles {
  /** Whether a bundle is kept, so that asking for it costs nothing. */
  has(audience: string, sha256: string): boolean;
  /** Opened on first use; undefined where the publication has no such bundle or it cannot be read, which is not remembered. */
  open(audience: string, sha256: string): Promise<OpenedBundle | undefined>;
}

/** Two of the largest bundles that there are; of the usual ones, thousands. Compiled flags take some times as much. */
const maxBytes = 64 * 1024 * 1024;

/**
 * Opens what a publication has.
 *
 * @param onError - Told when a published bundle cannot be read.
 */
export function createOpenedBundles(
  publication: Publication,
  onError: (error: unknown, audience: string) => void,
): OpenedBundles {
  const kept = new Map<string, Promise<OpenedBundle | undefined>>();
  const sizes = new Map<string, number>();
  let totalBytes = 0;

  const forget = (key: string): void => {
    kept.delete(key);
    totalBytes -= sizes.get(key) ?? 0;
    sizes.delete(key);
  };
  const load = async (key: string, audience: string, sha256: string): Promise<OpenedBundle | undefined> => {
    const opened = await read(publication, audience, sha256).catch((error: unknown) => onError(error, audience));
    if (!opened) {
      forget(key);
      return undefined;
    }
    sizes.set(key, opened.bytes.length);
    totalBytes += opened.bytes.length;
    for (const other of kept.keys()) {
      if (totalBytes <= maxBytes) break;
      if (other !== key) forget(other);
    }
    return opened;
  };

  return {
    has: (audience, sha256) => kept.has(`${audience} ${sha256}`),
    open(audience, sha256) {
      const key = `${audience} ${sha256}`;
      const opened = kept.get(key) ?? load(key, audience, sha256);
      // The one used longest ago stands first, and goes first.
      kept.delete(key);
      kept.set(key, opened);
      return opened;
    },
  };
}

async function read(publication: Publication, audience: string, sha256: string): Promise<OpenedBundle | undefined> {
  const bytes = await publication.bundle(audience, sha256);
  return bytes && { flagSet: openBundle(bytes), bytes };
}
