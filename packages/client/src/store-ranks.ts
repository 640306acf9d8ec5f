/** Which of two things for one place in a store stays there, when several processes or pages write to it. @module */
import type { Floor } from "@aplomb/core";
import { isAbove, type StoredRoot } from "./bundle-store.js";

/** How far something in a store has come: by epoch, then by version. */
export type Rank = Pick<Floor, "epoch" | "version">;

/** What a store remembers of its places, from its own loads and saves. */
export interface StoreRanks {
  /** Notes what was there at a load. */
  loaded(place: string, there: Rank | undefined): void;
  /** Notes what has been saved: whoever saves has verified it. */
  saved(place: string, next: Rank): void;
  /**
   * Whether what is there must stay: it lies above what is to be saved, so another process or page has come further.
   *
   * Not so if it was there at the last load, too: its client has seen it and did not come as far, so it did not verify.
   */
  mustStay(place: string, there: Rank | undefined, next: Rank): boolean;
}

/** Makes the memory of one store. */
export function createStoreRanks(): StoreRanks {
  const loaded = new Map<string, Rank | undefined>();
  const saved = new Map<string, Rank>();
  return {
    loaded: (place, there) => void loaded.set(place, there),
    saved: (place, next) => void saved.set(place, next),
    mustStay: (place, there, next) =>
      there !== undefined &&
      isAbove(there, next) &&
      (isSame(saved.get(place), there) || !isSame(loaded.get(place), there)),
  };
}

/** How far a chain of roots has come. */
export function rankOfRoots(roots: readonly StoredRoot[]): Rank {
  return { epoch: 0, version: roots.at(-1)?.version ?? 0 };
}

function isSame(one: Rank | undefined, other: Rank): boolean {
  return one?.epoch === other.epoch && one.version === other.version;
}
