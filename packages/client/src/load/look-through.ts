/** Looks through a bundle that was put to use unseen, because nothing else was there. @module */
import type { FlagSet } from "@aplomb/core";
import { selfTest } from "@aplomb/core/updating";
import type { BundleCell } from "../active-bundle.js";
import type { Clock } from "../clock.js";
import { inSlices, rest } from "./in-slices.js";

/** Between two slices: nobody waits for this. */
const REST_MS = 50;

/**
 * Decodes, compiles and tries every flag while nobody waits, so that diagnostics name what is wrong before it is met.
 *
 * Ends early when another bundle takes over or the signal aborts. Never rejects.
 *
 * @param failed - Told of what an evaluation threw: flags that throw give their callers their defaults.
 */
export async function lookThrough(
  flagSet: FlagSet,
  cell: BundleCell,
  clock: Clock,
  signal: AbortSignal,
  failed: (error: unknown) => void,
): Promise<void> {
  function* whileActive(): Generator<void> {
    for (const step of selfTest(flagSet)) {
      if (cell.current?.flagSet !== flagSet) return;
      yield step;
    }
  }
  await rest(clock, REST_MS, signal);
  try {
    await inSlices(whileActive(), clock, signal, REST_MS);
  } catch (error) {
    failed(error);
  }
}
