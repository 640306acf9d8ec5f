/** Keeps the flag sets that were used last, within a bound on the bytes of their bundles. @module */
import type { FlagSet } from "@aplomb/core";

/** An opened bundle. */
export interface OpenedBundle {
  readonly flagSet: FlagSet;
  readonly sizeBytes: number;
}

/** Flag sets by audience and digest. */
export interface FlagSetCache {
  has(audience: string, sha256: string): boolean;
  /** Opened on first use; undefined where there is no such bundle, which is not remembered. */
  get(audience: string, sha256: string): Promise<FlagSet | undefined>;
}

/** Two of the largest bundles that there are; of the usual ones, thousands. Compiled flags take some times as much. */
const maxBytes = 64 * 1024 * 1024;

/**
 * An empty cache.
 *
 * @param open - Never rejects.
 */
export function createFlagSetCache(
  open: (audience: string, sha256: string) => Promise<OpenedBundle | undefined>,
): FlagSetCache {
  const opened = new Map<string, Promise<OpenedBundle | undefined>>();
  const sizes = new Map<string, number>();
  let totalBytes = 0;

  const forget = (key: string): void => {
    opened.delete(key);
    totalBytes -= sizes.get(key) ?? 0;
    sizes.delete(key);
  };
  const load = async (key: string, audience: string, sha256: string): Promise<OpenedBundle | undefined> => {
    const bundle = await open(audience, sha256);
    if (bundle === undefined) {
      forget(key);
      return undefined;
    }
    sizes.set(key, bundle.sizeBytes);
    totalBytes += bundle.sizeBytes;
    for (const other of opened.keys()) {
      if (totalBytes <= maxBytes) break;
      if (other !== key) forget(other);
    }
    return bundle;
  };

  return {
    has: (audience, sha256) => opened.has(`${audience} ${sha256}`),
    async get(audience, sha256) {
      const key = `${audience} ${sha256}`;
      const bundle = opened.get(key) ?? load(key, audience, sha256);
      // The one used longest ago stands first, and goes first.
      opened.delete(key);
      opened.set(key, bundle);
      return (await bundle)?.flagSet;
    },
  };
}
