/** Where a page keeps its bundles: IndexedDB, and localStorage where there is none. @module */
import type { BundleStore } from "@aplomb/client";
import { indexedDbStore } from "./indexed-db-store.js";

/**
 * Keeps bundles in IndexedDB, and in what `loadOther` brings from the first time on that IndexedDB refuses something.
 *
 * @param loadOther - Loads another store; that may fail, too.
 */
export function pageStore(loadOther: () => Promise<BundleStore>): BundleStore {
  let store = indexedDbStore();
  const first = store;
  async function attempt<T>(work: (store: BundleStore) => Promise<T>): Promise<T> {
    try {
      return await work(store);
    } catch (error) {
      if (store !== first) throw error;
      store = await loadOther();
      return work(store);
    }
  }
  return {
    load: (name) => attempt((into) => into.load(name)),
    save: (name, stored) => attempt((into) => into.save(name, stored)),
    saveRoots: (name, roots) => attempt((into) => into.saveRoots(name, roots)),
  };
}
