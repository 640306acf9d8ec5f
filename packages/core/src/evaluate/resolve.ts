/** Resolves a flag: the answer in the words of the source platform. @module */

import { type CompiledAssignment, type CompiledRule, NO_FALLTHROUGHS, type Run } from "../compiled-flag.js";
import type { EvaluationContext } from "../context.js";
import type { Fallthrough, Resolution, ResolutionReason } from "../details.js";
import type { FlagSet, OpenFlagSet } from "../flag-set.js";
import { releaseRun } from "../run.js";
import { wellFormed } from "../utf8.js";
import { type ResolveOptions, runFlag, takeRun } from "./run-flag.js";

/**
 * Resolves one flag, without type check or default. Never throws.
 *
 * @param flagKey - Without a path.
 * @example resolve(flagSet, "checkout", { targetingKey: "user-1" }).variant // "express"
 */
export function resolve(
  flagSet: FlagSet,
  flagKey: string,
  context: EvaluationContext,
  options?: ResolveOptions,
): Resolution {
  const open = flagSet as OpenFlagSet;
  const flag = open.flagNamed(flagKey);
  if (flag === undefined) return notFound(flagKey);
  const run = takeRun(open);
  runFlag(run, flag, context, options);
  const resolution = resolutionOf(run, flagKey);
  releaseRun(run);
  return resolution;
}

/** The resolution of a key that the flag set does not have, or of what is no key at all. */
export function notFound(asked: unknown): Resolution {
  const flagKey = typeof asked === "string" ? asked : "";
  const resolution = unmatched(flagKey, "FLAG_NOT_FOUND", NO_FALLTHROUGHS);
  return { ...resolution, errorCode: "FLAG_NOT_FOUND", errorMessage: `there is no flag "${flagKey}"` };
}

/** Reads a finished run. */
export function resolutionOf(run: Run, flagKey: string): Resolution {
  const { reason, rule, assignment } = run;
  if (reason === "MATCH" && rule !== undefined && assignment !== undefined)
    return matched(run, flagKey, rule, assignment);
  const resolution = { ...unmatched(flagKey, reason, run.fallthroughs), writes: run.writes };
  if (reason === "PENDING") {
    return { ...resolution, pending: run.reads, errorCode: run.errorCode, errorMessage: run.errorMessage };
  }
  if (run.errorMessage === "" && reason !== "MATERIALIZATION_NOT_SUPPORTED") return resolution;
  const errorMessage = run.errorMessage || "the flag needs stored assignments, and none can be read here";
  return { ...resolution, errorCode: run.errorCode, errorMessage };
}

function matched(run: Run, flagKey: string, rule: CompiledRule, assignment: CompiledAssignment): Resolution {
  return {
    flagKey,
    variant: assignment.variantName,
    value: assignment.variant?.value,
    reason: "MATCH",
    shouldExpose: true,
    rule: rule.name,
    segment: rule.segment.id,
    assignmentId: assignment.id,
    unit: wellFormed(run.unit ?? ""),
    unitSelector: rule.unitSelector,
    fallthroughs: run.fallthroughs,
    writes: run.writes,
  };
}

function unmatched(flagKey: string, reason: ResolutionReason, fallthroughs: readonly Fallthrough[]): Resolution {
  return {
    flagKey,
    variant: "",
    value: undefined,
    reason,
    shouldExpose: fallthroughs.length > 0,
    rule: "",
    segment: "",
    assignmentId: "",
    unit: "",
    unitSelector: "",
    fallthroughs,
    writes: [],
  };
}
