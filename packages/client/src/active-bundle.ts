/** The bundle that answers: one pointer, swapped as a whole. @module */
import type { FlagSet, Manifest } from "@aplomb/core";
import type { BundleSource } from "./flag-client.js";

/** A verified, opened bundle and where it came from. Never changed, only replaced. */
export interface ActiveBundle {
  readonly flagSet: FlagSet;
  readonly manifest: Manifest;
  /** The manifest as it came, and the bundle, whose memory the flag set shares. */
  readonly envelope: Uint8Array;
  readonly bytes: Uint8Array;
  readonly source: BundleSource;
  /** What to ask the source with next time; only a manifest that is active has one. */
  readonly validator: string | undefined;
}

/** Holds the active bundle. Reads look here, loads replace it. */
export interface BundleCell {
  /** Undefined until the first activation. */
  current: ActiveBundle | undefined;
}
