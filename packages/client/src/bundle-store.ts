/** Where the last known good bundle is kept. @module */
import type { Floor } from "@aplomb/core";

/** A bundle and what vouches for it, as it was activated. */
export interface StoredBundle {
  /** The manifest's envelope. */
  readonly envelope: Uint8Array;
  readonly bundle: Uint8Array;
  /** What to ask the source with next time. */
  readonly validator?: string | undefined;
  /** What the manifest says of itself, so that a store never replaces a newer bundle with an older one. */
  readonly floor: Floor;
}

/** A root that followed the pinned one, as it was believed. */
export interface StoredRoot {
  readonly version: number;
  readonly envelope: Uint8Array;
}

/** What a store has: untrusted until it is verified. */
export interface StoreContents {
  /** Newest first. */
  readonly bundles: readonly StoredBundle[];
  /** Envelopes of manifests that were active once: they hold the floor even where their bundle is lost. */
  readonly envelopes: readonly Uint8Array[];
  /** Roots that followed the pinned one, oldest first. */
  readonly roots: readonly StoredRoot[];
}

/**
 * Where the last known good bundle is kept between runs. All of it is verified again when it is read.
 *
 * @see fileStore of `@aplomb/node`, and the IndexedDB store that `@aplomb/browser` uses by default.
 */
export interface BundleStore {
  /**
   * Reads what is there; empty if there is nothing, or nothing readable.
   *
   * @param name - Trust domain and audience: one store may serve several clients.
   */
  load(name: string): Promise<StoreContents>;
  /** Keeps a bundle for the next run, unless a newer one has been kept meanwhile. Rejects if it could not. */
  save(name: string, stored: StoredBundle): Promise<void>;
  /** Keeps all roots that followed the pinned one, oldest first, unless more have been kept meanwhile. Rejects if it could not. */
  saveRoots(name: string, roots: readonly StoredRoot[]): Promise<void>;
  /**
   * The random name of this installation, which decides its rings. One for all names, and it never leaves.
   *
   * @param fresh - Kept, and answered, if there is none yet. Of several at once, one is kept, and all are answered that one.
   * @throws What keeps it from being kept: an id that was not kept is none.
   */
  installId?(fresh: string): Promise<string>;
}

/** Whether one floor lies above another: then the other must not replace it. */
export function isAbove(one: Pick<Floor, "epoch" | "version">, other: Pick<Floor, "epoch" | "version">): boolean {
  return (one.epoch - other.epoch || one.version - other.version) > 0;
}
