/** The state of one evaluation: its input, its budget, its result. Reused from call to call. @module */
import { NO_FALLTHROUGHS, type Run, type RunCriteria } from "./compiled-flag.js";
import { type AttributePath, attributeAt, type EvaluationContext } from "./context.js";
import type { ErrorCode } from "./details.js";
import { FAILED, type Verdict } from "./verdict.js";

/** Steps that one evaluation may take before it is an error. */
const MAX_STEPS = 100_000;

const NO_CONTEXT: EvaluationContext = {};
const NOTHING: readonly never[] = [];

/** A run without input. */
export function createRun(criteria: RunCriteria): Run {
  // One literal with every field: evaluation reads and writes them, and a plain shape makes that cheap.
  return {
    isBusy: false,
    criteria,
    flagKey: "",
    context: NO_CONTEXT,
    attributes: [],
    textNumbers: [],
    readSlots: [],
    readCount: 0,
    versionSlot: -1,
    versionParts: [0, 0, 0, 0],
    materializations: undefined,
    prerequisites: undefined,
    unit: undefined,
    steps: 0,
    walk: undefined,
    unitPath: undefined,
    unitRead: undefined,
    reads: NOTHING,
    unknowns: 0,
    missing: false,
    writes: NOTHING,
    isSticky: false,
    reason: "NO_SEGMENT_MATCH",
    errorCode: "GENERAL",
    errorMessage: "",
    rule: undefined,
    assignment: undefined,
    bucket: -1,
    fallthroughs: NO_FALLTHROUGHS,
  };
}

/** Lets go of the context and of what was read from it. */
export function releaseRun(run: Run): void {
  run.context = NO_CONTEXT;
  run.versionSlot = -1;
  run.isBusy = false;
  run.unit = undefined;
  run.unitRead = undefined;
  const { attributes, textNumbers, readSlots, readCount } = run;
  for (let i = 0; i < readCount; i++) {
    const slot = readSlots[i] as number;
    attributes[slot] = undefined;
    textNumbers[slot] = undefined;
  }
  run.readCount = 0;
}

/** An attribute of the context; null for an absent one. Conditions that read the same one read it once. */
export function readAttribute(run: Run, path: AttributePath): unknown {
  const known = run.attributes[path.slot];
  return known === undefined ? readAnew(run, path) : known;
}

function readAnew(run: Run, path: AttributePath): unknown {
  const { attributes, textNumbers, readSlots } = run;
  while (attributes.length <= path.slot) {
    attributes.push(undefined);
    textNumbers.push(undefined);
  }
  const value = attributeAt(run.context, path) ?? null;
  attributes[path.slot] = value;
  readSlots[run.readCount++] = path.slot;
  return value;
}

/** Readies a run for an evaluation. */
export function resetRun(run: Run, context: EvaluationContext = NO_CONTEXT): void {
  run.context = context;
  run.unit = undefined;
  run.steps = 0;
  run.walk = undefined;
  run.materializations = undefined;
  run.prerequisites = undefined;
  run.reads = NOTHING;
  run.unknowns = 0;
  run.missing = false;
  run.writes = NOTHING;
  run.isSticky = false;
  run.unitPath = undefined;
  run.unitRead = undefined;
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

/** Whether so many steps may still be taken. */
export function hasRoomFor(run: Run, steps: number): boolean {
  return run.steps + steps <= MAX_STEPS;
}

/** The verdict when the budget is used up. */
export function outOfSteps(run: Run): Verdict {
  return fail(run, "GENERAL", `the evaluation took more than ${MAX_STEPS} steps`);
}
