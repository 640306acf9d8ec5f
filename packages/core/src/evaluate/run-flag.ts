/** Runs one flag on one context and lets a caller read the result off the run. @module */
import type { CompiledFlag } from "../compiled-flag.js";
import { contextProblem, type EvaluationContext } from "../context.js";
import type { OpenFlagSet } from "../flag-set.js";
import { type Run, resetRun } from "../run.js";
import { resolveFlag } from "./resolve-flag.js";

/** Resolves a flag into a run; whatever a hostile context throws becomes the flag's error. */
export function runFlag(flagSet: OpenFlagSet, run: Run, flag: CompiledFlag, context: EvaluationContext): void {
  try {
    resetRun(run, context);
    if (typeof context !== "object" || context === null) return refuse(run, "it is not an object");
    if (!flagSet.checkedContexts.has(context)) {
      const problem = contextProblem(context);
      if (problem !== undefined) return refuse(run, problem);
      flagSet.checkedContexts.add(context);
    }
    resolveFlag(run, flag);
  } catch (error) {
    resetRun(run);
    run.reason = "ERROR";
    run.errorMessage = `the evaluation threw: ${messageOf(error)}`;
  }
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
