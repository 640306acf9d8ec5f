/** Keeps bundles and roots between runs, if there is a store; a store that fails or hangs is done without. @module */
import { FlagError } from "@aplomb/core/reading";
import type { ActiveBundle } from "../active-bundle.js";
import type { BundleStore, StoreContents, StoredRoot } from "../bundle-store.js";
import type { Clock } from "../clock.js";
import { within } from "../within.js";

/** How long a store may take before the client goes on without it. */
const STORE_MS = 2_000;
const NOTHING: StoreContents = { bundles: [], envelopes: [], roots: [] };

/** What keeping needs. */
export interface KeeperParts {
  readonly store: BundleStore | undefined;
  /** Under which name the store keeps things. */
  readonly storeName: string;
  readonly clock: Clock;
  /** Told of stored copies that cannot be read, and of bundles that could not be stored. */
  readonly warn: (kind: "CACHE" | "PERSIST", error: unknown) => void;
}

/** Keeps things between runs. Nothing here rejects. */
export interface Keeper {
  load(): Promise<StoreContents>;
  keep(bundle: ActiveBundle): Promise<void>;
  keepRoots(roots: readonly StoredRoot[]): Promise<void>;
}

/** Makes a keeper. */
export function createKeeper({ store: given, storeName, clock, warn }: KeeperParts): Keeper {
  let store = given;
  async function patiently<T>(
    kind: "CACHE" | "PERSIST",
    work: (store: BundleStore) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return store && (await within(work(store), STORE_MS, clock));
    } catch (error) {
      warn(kind, error);
      return undefined;
    }
  }
  return {
    async load() {
      let hasAnswered = false;
      const answered = (): void => {
        hasAnswered = true;
      };
      const contents = await patiently("CACHE", (from) => from.load(storeName).finally(answered));
      // What it holds is not known, and may be newer than what would be saved over it.
      if (store && !hasAnswered) {
        store = undefined;
        warn("CACHE", new FlagError("CACHE", "the store gave no answer: nothing is kept"));
      }
      return contents ?? NOTHING;
    },
    keep: ({ manifest, envelope, bytes: bundle, validator }) => {
      const { epoch, version, sha256 } = manifest;
      const stored = { envelope, bundle, validator, floor: { epoch, version, sha256 } };
      return patiently("PERSIST", (into) => into.save(storeName, stored));
    },
    keepRoots: (roots) => patiently("PERSIST", (into) => into.saveRoots(storeName, roots)),
  };
}
