/** Runs one flag on one context and lets a caller read the result off the run. @module */
import type { CompiledFlag, Run } from "../compiled-flag.js";
import type { EvaluationContext } from "../context.js";
import type { MaterializationRecord } from "../details.js";
import type { OpenFlagSet } from "../flag-set.js";
import { createRun, resetRun } from "../run.js";
import { resolveFlag } from "./resolve-flag.js";

/** What an evaluation may know beside the context. */
export interface ResolveOptions {
  /**
   * Stored assignments. Absent: flags that need any are not supported. "deferred": the lookups a flag needs are reported as
   * `pending`; supply their records and ask again. A list: all that there are.
   */
  readonly materializations?: "deferred" | readonly MaterializationRecord[] | undefined;
}

/** A run for one evaluation after the other; to be given back with `releaseRun`. */
export function takeRun({ spareRun }: OpenFlagSet): Run {
  const run = spareRun.isBusy ? createRun(spareRun.criteria) : spareRun;
  run.isBusy = true;
  return run;
}

/** Resolves a flag into a run; whatever a hostile context throws becomes the flag's error. */
export function runFlag(run: Run, flag: CompiledFlag, context: EvaluationContext, options?: ResolveOptions): void {
  try {
    if (typeof context !== "object" || context === null) {
      refuse(run);
      return;
    }
    resetRun(run, context);
    run.materializations = options?.materializations;
    resolveFlag(run, flag);
  } catch (error) {
    resetRun(run);
    run.reason = "ERROR";
    run.errorMessage = `the evaluation threw: ${messageOf(error)}`;
  }
}

function refuse(run: Run): void {
  resetRun(run);
  run.reason = "ERROR";
  run.errorCode = "INVALID_CONTEXT";
  run.errorMessage = "the context is not an object";
}

/** The message of anything thrown; never throws itself. */
function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message) : String(error);
  } catch {
    return "something without a message";
  }
}
