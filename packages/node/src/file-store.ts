/** The last known good bundle in a directory: two generations, written whole, shared without locks, read back with suspicion. @module */
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import {
  type BundleStore,
  createStoreRanks,
  isAbove,
  type Rank,
  rankOfRoots,
  type StoredBundle,
  type StoredRoot,
} from "@aplomb/client";
import { keepInstallId } from "./install-id.js";
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
 * highest version, and all roots that followed the pinned one; and for clients in rings, one random install id. Files are readable by their owner only; symbolic links and files of other users are ignored.
 *
 * @param directory - Made, with its parents, at the first save.
 */
export function fileStore(directory: string): BundleStore {
  const ranks = createStoreRanks();
  /** Bundles of each name that were there at its last load. */
  const seen = new Map<string, readonly Rank[]>();
  function filesOf(name: string): FilesOfName {
    const stem = createHash("sha256").update(name).digest("hex").slice(0, 32);
    return {
      bundles: versionedFiles(directory, stem, "bundle", 2, decodeStoredBundle),
      floors: versionedFiles(directory, stem, "floor", 1, decodeStoredBundle),
      roots: versionedFiles(directory, stem, "roots", 1, decodeStoredRoots),
    };
  }
  const prepare = () => mkdir(directory, { recursive: true, mode: 0o700 });

  /** What lies above what is saved was there at the load and did not verify, or it would be what is saved. */
  async function writeTop<T>(
    files: VersionedFiles<T>,
    known: readonly Rank[],
    rank: Rank,
    bytes: Uint8Array,
  ): Promise<void> {
    for (const one of known) if (isAbove(one, rank)) await files.remove(one);
    await files.write(rank, bytes);
  }

  return {
    async load(name) {
      const files = filesOf(name);
      const [bundles, floors, roots] = await Promise.all([
        files.bundles.read(),
        files.floors.read(),
        files.roots.read(),
      ]);
      ranks.loaded(`${name} floor`, floors[0]);
      ranks.loaded(`${name} roots`, roots[0]);
      seen.set(name, bundles);
      return {
        bundles: bundles.map(({ content }) => content),
        envelopes: floors.map(({ content }) => content.envelope),
        roots: roots[0]?.content ?? [],
      };
    },
    async save(name, stored) {
      await prepare();
      const { bundles, floors } = filesOf(name);
      const place = `${name} floor`;
      const there = await floors.read();
      if (ranks.mustStay(place, there[0], stored.floor)) return;
      await writeTop(bundles, seen.get(name) ?? [], stored.floor, encodeStoredBundle(stored));
      await writeTop(floors, there, stored.floor, encodeStoredBundle({ ...stored, bundle: NO_BUNDLE }));
      ranks.saved(place, stored.floor);
    },
    async saveRoots(name, roots) {
      await prepare();
      const { roots: files } = filesOf(name);
      const [place, mine] = [`${name} roots`, rankOfRoots(roots)];
      const there = await files.read();
      if (ranks.mustStay(place, there[0], mine)) return;
      await writeTop(files, there, mine, encodeStoredRoots(roots));
      ranks.saved(place, mine);
    },
    async installId(fresh) {
      await prepare();
      return keepInstallId(directory, fresh);
    },
  };
}
