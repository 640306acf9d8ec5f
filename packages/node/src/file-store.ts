/** The last known good bundle in a directory: two generations, replaced atomically, read back with suspicion. @module */
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  type BundleStore,
  createStoreRanks,
  isAbove,
  rankOfRoots,
  type StoredBundle,
  type StoredRoot,
} from "@aplomb/client";
import { readOwnFile, replaceFile } from "./own-file.js";
import { decodeStoredBundle, encodeStoredBundle } from "./stored-bundle-bytes.js";
import { decodeStoredRoots, encodeStoredRoots } from "./stored-root-bytes.js";

/** The manifest of a floor file vouches for no bundle. */
const NO_BUNDLE = new Uint8Array();

/**
 * Keeps bundles in a directory of the application's choice. Several clients and processes may share it.
 *
 * For each trust domain and audience there are two generations of the bundle and, on its own, the manifest of the
 * highest version, and all roots that followed the pinned one. Files are readable by their owner only; symbolic links and files of other users are ignored.
 *
 * @param directory - Made, with its parents, at the first save.
 */
export function fileStore(directory: string): BundleStore {
  const ranks = createStoreRanks();
  const pathsOf = (name: string) => {
    const stem = join(directory, createHash("sha256").update(name).digest("hex").slice(0, 32));
    return { generations: [`${stem}.a.bundle`, `${stem}.b.bundle`], floor: `${stem}.floor`, roots: `${stem}.roots` };
  };
  return {
    async load(name) {
      const paths = pathsOf(name);
      const generations = await Promise.all(paths.generations.map(readStored));
      const floor = await readStored(paths.floor);
      const roots = await readRoots(paths.roots);
      ranks.loaded(paths.floor, floor?.floor);
      ranks.loaded(paths.roots, rankOfRoots(roots));
      return {
        bundles: generations.filter(isPresent).sort(newestFirst),
        envelopes: floor ? [floor.envelope] : [],
        roots,
      };
    },
    async save(name, stored) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const paths = pathsOf(name);
      const there = await readStored(paths.floor);
      if (ranks.mustStay(paths.floor, there?.floor, stored.floor)) return;
      await replaceFile(await olderOf(paths.generations), encodeStoredBundle(stored));
      await replaceFile(paths.floor, encodeStoredBundle({ ...stored, bundle: NO_BUNDLE }));
      ranks.saved(paths.floor, stored.floor);
    },
    async saveRoots(name, roots) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const path = pathsOf(name).roots;
      const mine = rankOfRoots(roots);
      if (ranks.mustStay(path, rankOfRoots(await readRoots(path)), mine)) return;
      await replaceFile(path, encodeStoredRoots(roots));
      ranks.saved(path, mine);
    },
  };
}

/** The generation to overwrite: one that is missing or damaged, else the older one. */
async function olderOf(paths: readonly string[]): Promise<string> {
  const [a = "", b = ""] = paths;
  const [ofA, ofB] = await Promise.all([readStored(a), readStored(b)]);
  return ofA && (!ofB || isAbove(ofA.floor, ofB.floor)) ? b : a;
}

/** A file's bundle; undefined if it is missing, not ours, or damaged. */
async function readStored(path: string): Promise<StoredBundle | undefined> {
  const bytes = await readOwnFile(path);
  return bytes && decodeStoredBundle(bytes);
}

async function readRoots(path: string): Promise<readonly StoredRoot[]> {
  const bytes = await readOwnFile(path);
  return bytes ? decodeStoredRoots(bytes) : [];
}

function isPresent(stored: StoredBundle | undefined): stored is StoredBundle {
  return stored !== undefined;
}

function newestFirst(one: StoredBundle, other: StoredBundle): number {
  return isAbove(one.floor, other.floor) ? -1 : 1;
}
