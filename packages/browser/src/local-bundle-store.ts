/** The last known good bundle in localStorage, for pages without IndexedDB: loaded only there, and small bundles only. @module */
import { type BundleStore, createStoreRanks, rankOfRoots, type StoredBundle, type StoredRoot } from "@aplomb/client";
import { LOCAL_KEY } from "./page-store.js";

/** A page's whole localStorage has about five times this, and the application wants some of it. */
const MAX_BYTES = 1_048_576;

/** What localStorage offers, as far as bundles need it. */
type TextStorage = Pick<Storage, "getItem" | "setItem">;

/** A bundle as text: its bytes in base64. */
type StoredText = Omit<StoredBundle, "envelope" | "bundle"> & { readonly envelope: string; readonly bundle: string };

/**
 * Keeps bundles in localStorage, where all pages of an origin meet: a page that is behind never replaces what one that is
 * ahead has kept. Saves reject where there is no storage, or it is full, or the bundle is too large.
 *
 * @param storage - Asked for at each use: touching it may throw.
 */
export function localBundleStore(storage: () => TextStorage = () => localStorage): BundleStore {
  const ranks = createStoreRanks();
  const read = (key: string): unknown => JSON.parse(storage().getItem(key) ?? "null");
  const loadBundle = (name: string): StoredBundle | undefined => {
    const { envelope, bundle, ...rest } = (read(keyOf(name)) ?? {}) as Partial<StoredText>;
    if (!envelope || !bundle || !rest.floor) return undefined;
    return { ...rest, floor: rest.floor, envelope: bytesOf(envelope), bundle: bytesOf(bundle) };
  };
  const bundleOf = (name: string): StoredBundle | undefined => attempt(() => loadBundle(name));
  const rootsOf = (name: string): readonly StoredRoot[] =>
    attempt(() => (read(rootsKeyOf(name)) as [number, string][]).map(rootOf)) ?? [];
  return {
    async load(name) {
      const [found, roots] = [bundleOf(name), rootsOf(name)];
      ranks.loaded(keyOf(name), found?.floor);
      ranks.loaded(rootsKeyOf(name), rankOfRoots(roots));
      return { bundles: found ? [found] : [], envelopes: [], roots };
    },
    async save(name, { envelope, bundle, ...rest }) {
      if (bundle.length > MAX_BYTES) throw new RangeError(`a bundle of ${bundle.length} bytes is not for localStorage`);
      if (ranks.mustStay(keyOf(name), bundleOf(name)?.floor, rest.floor)) return;
      const text = JSON.stringify({ ...rest, envelope: textOf(envelope), bundle: textOf(bundle) });
      storage().setItem(keyOf(name), text);
      ranks.saved(keyOf(name), rest.floor);
    },
    async saveRoots(name, roots) {
      const [there, next] = [rankOfRoots(rootsOf(name)), rankOfRoots(roots)];
      if (ranks.mustStay(rootsKeyOf(name), there, next)) return;
      const texts = roots.map(({ version, envelope }) => [version, textOf(envelope)]);
      storage().setItem(rootsKeyOf(name), JSON.stringify(texts));
      ranks.saved(rootsKeyOf(name), next);
    },
    async installId(fresh) {
      const kept = storage().getItem(INSTALL_KEY);
      if (kept !== null) return kept;
      storage().setItem(INSTALL_KEY, fresh);
      return fresh;
    },
  };
}

const INSTALL_KEY = "aplomb-install-id";

const keyOf = (name: string): string => LOCAL_KEY + name;
const rootsKeyOf = (name: string): string => `aplomb-roots ${name}`;
const rootOf = ([version, envelope]: [number, string]): StoredRoot => ({ version, envelope: bytesOf(envelope) });

/** What is there is somebody's text: what cannot be read is not there. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function textOf(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
