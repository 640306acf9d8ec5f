/** What goes into a bundle, as messages: compiled, not yet bytes. @module */
import type { Flag, Segment } from "@aplomb/proto/bundle";

/** The flags and segments of one audience. */
export interface CompiledBundle {
  /** Shared by segments that draw units and have no salt of their own. */
  readonly allocationSalt: string;
  /** By key, in the bundle's order. */
  readonly flags: ReadonlyMap<string, Flag>;
  /** By id. */
  readonly segments: ReadonlyMap<string, Segment>;
}

/** The reserved attribute that clients add from their clock when a bundle uses schedules: milliseconds since 1970 UTC. */
export const NOW_ATTRIBUTE = "$nowMs";
