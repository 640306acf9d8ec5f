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
  let other: Promise<BundleStore> | undefined;
  /** One for the life of the page: it remembers what it has seen. Loading it is tried anew after a failure. */
  const inText = (): Promise<BundleStore> => {
    other ??= loadOther().catch((error: unknown) => {
      other = undefined;
      throw error;
    });
    return other;
  };

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
    if (isRefused) await work(await inText());
  }

  return {
    async load(name): Promise<StoreContents> {
      const found = await attempt((store) => store.load(name));
      if (found && !isInLocalStorage(name)) return found;
      const texts = await (await inText()).load(name);
      if (!found) return texts;
      const roots = texts.roots.length > found.roots.length ? texts.roots : found.roots;
      return { bundles: [...found.bundles, ...texts.bundles], envelopes: [], roots };
    },
    async installId(fresh) {
      const kept = await attempt(async (store) => store.installId?.(fresh));
      return kept ?? (await inText()).installId?.(fresh) ?? Promise.reject(new Error("no storage keeps an install id"));
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
