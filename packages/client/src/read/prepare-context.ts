/** Looks up all that flags need in a context: stored assignments here, remote flags at the endpoint. @module */
import type { EvaluationContext } from "@aplomb/core";
import { remoteFlagsOf } from "@aplomb/core/reading";
import type { ActiveBundle } from "../active-bundle.js";
import { needsOf, Preparation } from "./preparation.js";
import type { RemoteReads } from "./remote-reads.js";
import type { StickyReads } from "./sticky-reads.js";

/** What was looked up, and whether that is all. */
export interface Prepared {
  readonly preparation: Preparation;
  readonly isComplete: boolean;
}

/**
 * Looks up what flags need, at once.
 *
 * @param flagKeys - Undefined for every flag.
 */
export type PrepareContext = (
  active: ActiveBundle,
  context: EvaluationContext,
  flagKeys: readonly string[] | undefined,
  timeoutMs: number,
) => Promise<Prepared>;

/** Absent parts are not asked: what needs them stays as it is. */
export function createPrepareContext(
  sticky: StickyReads | undefined,
  remote: RemoteReads | undefined,
  nowMs: () => number,
): PrepareContext {
  return async ({ flagSet, manifest }, given, flagKeys, timeoutMs) => {
    const context = flagSet.usesSchedules ? { ...given, $nowMs: nowMs() } : given;
    // Without a store only remote flags need anything, and these are known without trying all.
    const tried = flagKeys ?? (sticky ? flagSet.flagKeys : remoteFlagsOf(flagSet));
    const { reads, remote: asked } = needsOf(flagSet, context, tried);
    const question = { flagKeys: asked, context, bundleVersion: manifest.version, timeoutMs };
    const [records, answers] = await Promise.all([sticky ? sticky.read(reads, timeoutMs) : [], remote?.(question)]);
    const isComplete = records !== undefined && (asked.length === 0 || remote === undefined || answers !== undefined);
    return { preparation: new Preparation(records ? reads : [], records ?? [], answers), isComplete };
  };
}
