/** Where a page keeps its bundles: IndexedDB, and localStorage where that refuses. @module */
import type { BundleStore, StoreContents } from "@aplomb/client";
import { indexedDbStore } from "./indexed-db-store.js";

/** How the key of a bundle in localStorage begins. */
export const LOCAL_KEY = "aplomb-bundle ";

/**
 * Keeps bundles in IndexedDB, and from the first time on that it refuses something, in what `loadOther` brings.
 *
 * @param loadOther - Loads the store over localStorage; that may fail, too.
 */
export function pageStore(loadOther: () => Promise<BundleStore>): BundleStore {
  const database = indexedDbStore();
  let isRefused = false;

  async function attempt<T>(work: (store: BundleStore) => Promise<T>): Promise<T | undefined> {
    try {
      if (!isRefused) return await work(database);
    } catch {
      isRefused = true;
    }
    return undefined;
  }

  async function save(work: (store: BundleStore) => Promise<void>): Promise<void> {
    await attempt(work);
    if (isRefused) await work(await loadOther());
  }

  return {
    async load(name): Promise<StoreContents> {
      const found = await attempt((store) => store.load(name));
      if (found && !isInLocalStorage(name)) return found;
      const other = await (await loadOther()).load(name);
      if (!found) return other;
      const roots = other.roots.length > found.roots.length ? other.roots : found.roots;
      return { bundles: [...found.bundles, ...other.bundles], envelopes: [], roots };
    },
    save: (name, stored) => save((store) => store.save(name, stored)),
    saveRoots: (name, roots) => save((store) => store.saveRoots(name, roots)),
  };
}

/** Whether an earlier page had to keep something there: the database was full then, and may be read again. */
function isInLocalStorage(name: string): boolean {
  try {
    return localStorage.getItem(LOCAL_KEY + name) !== null;
  } catch {
    return false;
  }
}
