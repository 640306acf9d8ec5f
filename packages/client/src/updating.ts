/** What a client needs once it has loaded, or failed to, for the first time: there from the start in services, loaded late in pages. @module */
import type { FlagSet, Floor, Manifest } from "@aplomb/core";
import type { BundleCell } from "./active-bundle.js";
import type { Clock } from "./clock.js";
import type { FindRingParts } from "./load/find-ring.js";
import type { FollowParts } from "./load/follow-roots.js";
import type { Upkeep, UpkeepParts } from "./refresh/start-upkeep.js";

/** What keeps a client current. */
export interface Updating {
  /** Polls and streams from now on. */
  startUpkeep(parts: UpkeepParts): Upkeep;
  /** Opens a manifest that the newest known root does not vouch for, by way of the roots that follow. */
  openFollowingRoots(
    envelope: Uint8Array,
    floor: Floor | undefined,
    error: unknown,
    parts: FollowParts,
    signal: AbortSignal,
  ): Promise<Manifest>;
  /** The ring of this installation. */
  findRing(parts: FindRingParts): Promise<number>;
  /** Lets a bundle prove itself before it takes over. */
  tryOut(next: FlagSet, manifest: Manifest, active: FlagSet, clock: Clock, signal: AbortSignal): Promise<void>;
  /** Looks through a bundle that was put to use unseen. */
  lookThrough(
    flagSet: FlagSet,
    cell: BundleCell,
    clock: Clock,
    signal: AbortSignal,
    failed: (error: unknown) => void,
  ): Promise<void>;
  /** Which flags may answer differently. */
  changedFlags(before: FlagSet | undefined, after: FlagSet): string[];
}

/** Loads it. What failed may be asked for again. */
export type LoadUpdating = () => Promise<Updating>;
