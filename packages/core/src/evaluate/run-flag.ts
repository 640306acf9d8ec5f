/** Runs one flag on one context and lets a caller read the result off the run. @module */
import type { CompiledFlag, Run } from "../compiled-flag.js";
import { contextProblem, type EvaluationContext } from "../context.js";
import type { MaterializationRecord } from "../details.js";
import type { OpenFlagSet } from "../flag-set.js";
import { resetRun } from "../run.js";
import { resolveFlag } from "./resolve-flag.js";

/** What an evaluation may know beside the context. */
export interface ResolveOptions {
  /**
   * Stored assignments. Absent: flags that need any are not supported. "deferred": the lookups a flag needs are reported as
   * `pending`; supply their records and ask again. A list: all that there are.
   */
  readonly materializations?: "deferred" | readonly MaterializationRecord[] | undefined;
}

/** Resolves a flag into a run; whatever a hostile context throws becomes the flag's error. */
export function runFlag(
  flagSet: OpenFlagSet,
  run: Run,
  flag: CompiledFlag,
  context: EvaluationContext,
  options?: ResolveOptions,
): void {
  try {
    resetRun(run, context);
    run.materializations = options?.materializations;
    const problem = problemOf(flagSet, context);
    if (problem === undefined) resolveFlag(run, flag);
    else refuse(run, problem);
  } catch (error) {
    resetRun(run);
    run.reason = "ERROR";
    run.errorMessage = `the evaluation threw: ${messageOf(error)}`;
  }
}

/** What is wrong with a context; one that was in order once is not walked again. */
function problemOf(flagSet: OpenFlagSet, context: EvaluationContext): string | undefined {
  if (typeof context !== "object" || context === null) return "it is not an object";
  if (flagSet.checkedContexts.has(context)) return undefined;
  const problem = contextProblem(context);
  if (problem === undefined) flagSet.checkedContexts.add(context);
  return problem;
}

function refuse(run: Run, problem: string): void {
  run.reason = "ERROR";
  run.errorCode = "INVALID_CONTEXT";
  run.errorMessage = `the context cannot be used: ${problem}`;
}

/** The message of anything thrown; never throws itself. */
function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message) : String(error);
  } catch {
    return "something without a message";
  }
}
