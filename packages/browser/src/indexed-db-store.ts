/** The last known good bundle in IndexedDB: one record for each trust domain and audience. @module */
import { type BundleStore, createStoreRanks, rankOfRoots, type StoredBundle, type StoredRoot } from "@aplomb/client";
import { createStore, get, type UseStore, update } from "idb-keyval";

/**
 * Keeps bundles in IndexedDB, where all pages of an origin meet: a page that is behind never replaces what one that is
 * ahead has kept.
 *
 * Where the browser has none, or refuses it, loads and saves reject and nothing is kept.
 */
export function indexedDbStore(): BundleStore {
  const ranks = createStoreRanks();
  let opened: UseStore | undefined;
  const records = (): UseStore => {
    opened ??= createStore("aplomb", "bundles");
    return opened;
  };
  return {
    async load(name) {
      const found = bundleIn(await get(name, records()));
      const roots = rootsIn(await get(rootsOf(name), records()));
      ranks.loaded(name, found?.floor);
      ranks.loaded(rootsOf(name), rankOfRoots(roots));
      return { bundles: found ? [found] : [], envelopes: [], roots };
    },
    async save(name, stored) {
      const newer = (there: unknown) => (ranks.mustStay(name, bundleIn(there)?.floor, stored.floor) ? there : stored);
      await update(name, newer, records());
      ranks.saved(name, stored.floor);
    },
    async saveRoots(name, roots) {
      const place = rootsOf(name);
      const [mine, more] = [rankOfRoots(roots), (there: unknown) => rankOfRoots(rootsIn(there))];
      await update(place, (there: unknown) => (ranks.mustStay(place, more(there), mine) ? there : roots), records());
      ranks.saved(place, mine);
    },
    async installId(fresh) {
      let kept = fresh;
      const keepFirst = (there: unknown): string => {
        kept = typeof there === "string" ? there : fresh;
        return kept;
      };
      await update(INSTALL_ID, keepFirst, records());
      return kept;
    },
  };
}

/** Where the install id lies; no trust domain begins with a space. */
const INSTALL_ID = " install id";

/** Where the roots lie that vouch for a name's bundle; no trust domain begins with a space. */
function rootsOf(name: string): string {
  return ` roots of ${name}`;
}

function rootsIn(record: unknown): readonly StoredRoot[] {
  return Array.isArray(record) && record.every(isStoredRoot) ? record : [];
}

function isStoredRoot(record: unknown): record is StoredRoot {
  const { version, envelope } = (record ?? {}) as Partial<StoredRoot>;
  return typeof version === "number" && envelope instanceof Uint8Array;
}

/** A record that has the shape of ours; what is in it is verified later. */
function bundleIn(record: unknown): StoredBundle | undefined {
  const { envelope, bundle, floor } = (record ?? {}) as Partial<StoredBundle>;
  const isOurs = envelope instanceof Uint8Array && bundle instanceof Uint8Array && typeof floor?.version === "number";
  return isOurs ? (record as StoredBundle) : undefined;
}
