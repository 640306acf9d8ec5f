/** The state of one evaluation: its input, its budget, its result. Reused from call to call. @module */
import { type CompiledAssignment, type CompiledRule, type CompiledSegment, NO_FALLTHROUGHS } from "./compiled-flag.js";
import type { EvaluationContext } from "./context.js";
import type { ErrorCode, Fallthrough, ResolutionReason } from "./details.js";
import { FAILED, type Verdict } from "./verdict.js";

/** Steps that one evaluation may take before it is an error. */
export const MAX_STEPS = 100_000;

/** What the conditions of a flag see of the evaluation they run in, and where its result is put together. */
export interface Run {
  context: EvaluationContext;
  /** The unit of the rule at hand; undefined for none. */
  unit: string | undefined;
  /** Criteria, operands and elements looked at so far. */
  steps: number;
  /** Evaluates a segment that a criterion refers to. */
  readonly matchSegment: (run: Run, segment: CompiledSegment) => Verdict;
  /** Where the evaluation stands among segments that refer to each other; absent until one does. */
  walk: SegmentWalk | undefined;
  /** The selector that the unit below was read by; undefined before the first. */
  selector: string | undefined;
  /** What the selector gave: a unit, none, or something that cannot be one. */
  selected: string | undefined | false;

  reason: ResolutionReason;
  errorCode: ErrorCode;
  errorMessage: string;
  /** The rule that assigned. */
  rule: CompiledRule | undefined;
  assignment: CompiledAssignment | undefined;
  /** The unit's bucket in the rule; -1 when none was needed. */
  bucket: number;
  fallthroughs: readonly Fallthrough[];
}

/** The path through segments that refer to each other, and what is known of them. */
export interface SegmentWalk {
  /** Segments being evaluated, outermost first. */
  path: Set<CompiledSegment>;
  /** How many of them are on the call stack. */
  nesting: number;
  /** Times that a segment was met on its own path. */
  cycles: number;
  /** Verdicts for the unit at hand that depend on no path. */
  readonly known: Map<CompiledSegment, Verdict>;
  /** The unit that `known` is about. */
  knownUnit: string | undefined;
  /** Verdicts that depend on their path, by path. */
  readonly deep: Map<string, { readonly verdict: Verdict; readonly cycles: number }>;
  /** The segment that was too deep to enter, and the path to it. */
  tooDeep: { readonly segment: CompiledSegment; readonly path: readonly CompiledSegment[] } | undefined;
}

const NO_CONTEXT: EvaluationContext = {};

/** A run without input. */
export function createRun(matchSegment: Run["matchSegment"]): Run {
  return {
    ...{ context: NO_CONTEXT, unit: undefined, steps: 0, matchSegment, walk: undefined },
    ...{ selector: undefined, selected: undefined },
    ...{ reason: "NO_SEGMENT_MATCH" as const, errorCode: "GENERAL" as const, errorMessage: "" },
    ...{ rule: undefined, assignment: undefined, bucket: -1, fallthroughs: NO_FALLTHROUGHS },
  };
}

/** Readies a run for an evaluation, or lets go of the last one's input. */
export function resetRun(run: Run, context: EvaluationContext = NO_CONTEXT): void {
  run.context = context;
  run.unit = undefined;
  run.steps = 0;
  run.walk = undefined;
  run.selector = undefined;
  run.selected = undefined;
  run.reason = "NO_SEGMENT_MATCH";
  run.errorCode = "GENERAL";
  run.errorMessage = "";
  run.rule = undefined;
  run.assignment = undefined;
  run.bucket = -1;
  run.fallthroughs = NO_FALLTHROUGHS;
}

/** Ends the evaluation of the flag with an error. */
export function fail(run: Run, code: ErrorCode, message: string): Verdict {
  run.errorCode = code;
  run.errorMessage = message;
  return FAILED;
}

/** Takes steps from the budget; true when it is used up. */
export function exhausted(run: Run, steps: number): boolean {
  run.steps += steps;
  return run.steps > MAX_STEPS;
}

/** The verdict when the budget is used up. */
export function outOfSteps(run: Run): Verdict {
  return fail(run, "GENERAL", `the evaluation took more than ${MAX_STEPS} steps`);
}
