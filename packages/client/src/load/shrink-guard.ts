/** Refuses a bundle that has lost most of its flags: more often an accident than a wish. @module */
import type { FlagSet, Manifest } from "@aplomb/core";
import { FlagError } from "@aplomb/core/reading";

/** Losing fewer flags than this is never an accident, unless none are left. */
const FEW = 10;

/**
 * Compares the flags of a new bundle with those of the active one.
 *
 * @throws FlagError SHRINK when all are gone, or more than half and more than ten, and the manifest does not allow it.
 */
export function guardAgainstShrink(next: FlagSet, manifest: Manifest, active: FlagSet | undefined): void {
  const before = active?.flagCount ?? 0;
  const after = next.flagCount;
  const lost = before - after;
  if (lost > 0 && !manifest.allowShrink && (after === 0 || (lost > FEW && lost * 2 > before))) {
    throw new FlagError("SHRINK", `${after} flags are left of ${before}`);
  }
}
