/** The last known good bundle in IndexedDB: one record for each trust domain and audience. @module */
import type { BundleStore, StoredBundle, StoredRoot } from "@aplomb/client";
import { createStore, get, set, type UseStore } from "idb-keyval";

/** Keeps bundles in IndexedDB. Where the browser has none, or refuses it, loads and saves reject and nothing is kept. */
export function indexedDbStore(): BundleStore {
  let opened: UseStore | undefined;
  const records = (): UseStore => {
    opened ??= createStore("aplomb", "bundles");
    return opened;
  };
  return {
    async load(name) {
      const found: unknown = await get(name, records());
      const roots: unknown = await get(rootsOf(name), records());
      return {
        bundles: isStoredBundle(found) ? [found] : [],
        envelopes: [],
        roots: Array.isArray(roots) && roots.every(isStoredRoot) ? roots : [],
      };
    },
    save: async (name, stored) => set(name, stored, records()),
    saveRoots: async (name, roots) => set(rootsOf(name), roots, records()),
  };
}

/** Where the roots lie that vouch for a name's bundle; no trust domain begins with a space. */
function rootsOf(name: string): string {
  return ` roots of ${name}`;
}

function isStoredRoot(record: unknown): record is StoredRoot {
  const { version, envelope } = (record ?? {}) as Partial<StoredRoot>;
  return typeof version === "number" && envelope instanceof Uint8Array;
}

/** Whether a record has the shape of ours; what is in it is verified later. */
function isStoredBundle(record: unknown): record is StoredBundle {
  const { envelope, bundle } = (record ?? {}) as Partial<StoredBundle>;
  return envelope instanceof Uint8Array && bundle instanceof Uint8Array;
}
