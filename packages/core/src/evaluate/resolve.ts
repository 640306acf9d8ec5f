/** Resolves a flag: the answer in the words of the source platform. @module */
import type { EvaluationContext } from "../context.js";
import type { Resolution } from "../details.js";
import type { FlagSet, OpenFlagSet } from "../flag-set.js";
import type { Run } from "../run.js";
import type { JsonObject } from "../value.js";
import { runFlag } from "./run-flag.js";

const NO_WRITES: Resolution["writes"] = [];

/**
 * Resolves one flag, without type check or default. Never throws.
 *
 * @param flagKey - Without a path.
 * @example resolve(flagSet, "checkout", { targetingKey: "user-1" }).variant // "express"
 */
export function resolve(flagSet: FlagSet, flagKey: string, context: EvaluationContext): Resolution {
  const open = flagSet as OpenFlagSet;
  const flag = open.flagNamed(flagKey);
  if (flag === undefined) return notFound(flagKey);
  const run = open.takeRun();
  runFlag(open, run, flag, context);
  const resolution = resolutionOf(run, flagKey);
  open.giveBack(run);
  return resolution;
}

/** The resolution of a key that the flag set does not have. */
export function notFound(flagKey: string): Resolution {
  const errorMessage = `there is no flag "${flagKey}"`;
  return { ...nothing(flagKey), reason: "FLAG_NOT_FOUND", errorCode: "FLAG_NOT_FOUND", errorMessage };
}

function nothing(flagKey: string): Omit<Resolution, "reason" | "errorCode" | "errorMessage"> {
  return {
    ...{ flagKey, variant: "", value: undefined, shouldExpose: false, rule: "", segment: "", assignmentId: "" },
    ...{ unit: "", unitSelector: "", fallthroughs: [], writes: NO_WRITES },
  };
}

/** Reads a finished run. */
export function resolutionOf(run: Run, flagKey: string): Resolution {
  const { reason, rule, assignment, fallthroughs } = run;
  const resolution = {
    ...nothing(flagKey),
    reason,
    fallthroughs,
    shouldExpose: reason === "MATCH" || fallthroughs.length > 0,
  };
  if (reason !== "MATCH" || rule === undefined || assignment === undefined) {
    if (run.errorMessage === "" && reason !== "MATERIALIZATION_NOT_SUPPORTED") return resolution;
    const errorMessage = run.errorMessage || "the flag needs stored assignments, and none can be read here";
    return { ...resolution, errorCode: run.errorCode, errorMessage };
  }
  const value: JsonObject | undefined = assignment.variant?.value;
  return {
    ...resolution,
    ...{ variant: assignment.variantName, value, rule: rule.name, segment: rule.segment.id },
    ...{ assignmentId: assignment.id, unit: run.unit ?? "", unitSelector: rule.unitSelector },
  };
}
