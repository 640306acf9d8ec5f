/** The last known good bundle in a directory: two generations, written whole, shared without locks, read back with suspicion. @module */
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { type BundleStore, isAbove, type StoredBundle, type StoredRoot } from "@aplomb/client";
import { decodeStoredBundle, encodeStoredBundle } from "./stored-bundle-bytes.js";
import { decodeStoredRoots, encodeStoredRoots } from "./stored-root-bytes.js";
import { type VersionedFiles, versionedFiles } from "./versioned-files.js";

/** The manifest of a floor file vouches for no bundle. */
const NO_BUNDLE = new Uint8Array();

interface FilesOfName {
  readonly bundles: VersionedFiles<StoredBundle>;
  readonly floors: VersionedFiles<StoredBundle>;
  readonly roots: VersionedFiles<readonly StoredRoot[]>;
}

/**
 * Keeps bundles in a directory of the application's choice. Several clients and processes may share it.
 *
 * For each trust domain and audience there are two generations of the bundle and, on its own, the manifest of the
 * highest version, and all roots that followed the pinned one. Files are readable by their owner only; symbolic links and files of other users are ignored.
 *
 * @param directory - Made, with its parents, at the first save.
 */
export function fileStore(directory: string): BundleStore {
  function filesOf(name: string): FilesOfName {
    const stem = createHash("sha256").update(name).digest("hex").slice(0, 32);
    return {
      bundles: versionedFiles(directory, stem, "bundle", 2, decodeStoredBundle),
      floors: versionedFiles(directory, stem, "floor", 1, decodeStoredBundle),
      roots: versionedFiles(directory, stem, "roots", 1, decodeStoredRoots),
    };
  }
  const prepare = () => mkdir(directory, { recursive: true, mode: 0o700 });

  return {
    async load(name) {
      const files = filesOf(name);
      const [bundles, floors, roots] = await Promise.all([
        files.bundles.read(),
        files.floors.read(),
        files.roots.read(),
      ]);
      return {
        bundles: bundles.map(({ content }) => content),
        envelopes: floors.map(({ content }) => content.envelope),
        roots: roots[0]?.content ?? [],
      };
    },
    async save(name, stored) {
      await prepare();
      const { bundles, floors } = filesOf(name);
      const [highest] = await floors.read();
      if (highest && isAbove(highest.content.floor, stored.floor)) return;
      await bundles.write(stored.floor, encodeStoredBundle(stored));
      await floors.write(stored.floor, encodeStoredBundle({ ...stored, bundle: NO_BUNDLE }));
    },
    async saveRoots(name, roots) {
      await prepare();
      const files = filesOf(name).roots;
      const version = roots.at(-1)?.version ?? 0;
      const [kept] = await files.read();
      // Another process may have come further; what it has, it has verified.
      if ((kept?.version ?? 0) < version) await files.write({ epoch: 0, version }, encodeStoredRoots(roots));
    },
  };
}
