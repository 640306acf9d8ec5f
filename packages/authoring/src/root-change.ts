/** What a next root changes. @module */
import type { TrustedKey } from "@aplomb/core";

/** The differences between a root and the next one; without any, the next one only lasts longer. */
export interface RootChange {
  /** New keys for bundles; those that are there stay, so that what they have signed holds on. */
  readonly addBundleKeys?: readonly TrustedKey[];
  readonly addRootKeys?: readonly TrustedKey[];
  /** Key ids that no longer speak, in any role. */
  readonly dropKeyids?: readonly string[];
  /**
   * Begins a new epoch, in which versions count from 1 again. For a key in wrong hands: whatever it signed, and however
   * high it counted, is behind every client that has the new root.
   */
  readonly raiseEpoch?: boolean;
  /** When it is made. Milliseconds since 1970 UTC. */
  readonly atMs: number;
  /** Default: a year. */
  readonly validForMs?: number | undefined;
}
