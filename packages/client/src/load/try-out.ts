/** Lets a bundle prove itself before it takes over from another. @module */
import type { FlagSet, Manifest } from "@aplomb/core";
import { selfTest } from "@aplomb/core/updating";
import type { Clock } from "../clock.js";
import { inSlices } from "./in-slices.js";
import { guardAgainstShrink } from "./shrink-guard.js";

/**
 * Compares a new bundle with the active one, and tries every flag of it.
 *
 * @throws FlagError SHRINK or SELF_TEST, or what an evaluation throws. Ends early when the signal aborts.
 */
export async function tryOut(
  next: FlagSet,
  manifest: Manifest,
  active: FlagSet,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  guardAgainstShrink(next, manifest, active);
  await inSlices(selfTest(next), clock, signal);
}
