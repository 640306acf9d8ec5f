/** Evaluates a flag: resolves it, checks the type, falls back to the caller's default, and says why. @module */

import { dependsOn, type Run } from "../compiled-flag.js";
import type { EvaluationContext } from "../context.js";
import type { ErrorCode, EvaluationDetails, FlagMetadata, Reason, Resolution } from "../details.js";
import type { FlagRead, FlagSet, OpenFlagSet } from "../flag-set.js";
import { releaseRun } from "../run.js";
import { fitsDefault, type JsonObject, type JsonValue, type Widened } from "../value.js";
import { readValue } from "./read-value.js";
import { notFound, resolutionOf } from "./resolve.js";
import { type ResolveOptions, runFlag, takeRun } from "./run-flag.js";

/**
 * Evaluates one flag. Never throws; the value is always of the default's type.
 *
 * @param key - `flag`, or `flag.path.to.field`.
 * @example evaluate(flagSet, "checkout.enabled", false, { targetingKey: "user-1" }).reason // "SPLIT"
 */
export function evaluate<T extends JsonValue>(
  flagSet: FlagSet,
  key: string,
  defaultValue: T,
  context: EvaluationContext,
  options?: ResolveOptions,
): EvaluationDetails<Widened<T>> {
  const open = flagSet as OpenFlagSet;
  const read = open.readOf(key);
  if (read === undefined) return failed(key, defaultValue as Widened<T>, open, notFound(flagKeyOf(key)));
  const run = takeRun(open);
  runFlag(run, read.flag, context, options);
  const details = detailsOf(open, key, read, run, defaultValue as Widened<T>);
  releaseRun(run);
  return details;
}

/**
 * The value alone: what {@link evaluate} would give as `value`, without making details.
 *
 * Allocates nothing when the value is a primitive.
 */
export function evaluateValue<T extends JsonValue>(
  flagSet: FlagSet,
  key: string,
  defaultValue: T,
  context: EvaluationContext,
  options?: ResolveOptions,
): Widened<T> {
  const open = flagSet as OpenFlagSet;
  const read = open.readOf(key);
  if (read === undefined) return defaultValue as Widened<T>;
  const run = takeRun(open);
  runFlag(run, read.flag, context, options);
  const variant = run.reason === "MATCH" ? run.assignment?.variant : undefined;
  releaseRun(run);
  if (variant === undefined) return defaultValue as Widened<T>;
  const value = readValue(read, variant, typeof defaultValue !== "object");
  const fits = value !== undefined && value !== null && fitsDefault(value, defaultValue);
  return (fits ? value : defaultValue) as Widened<T>;
}

/**
 * Evaluates every flag, or some, on one context. An unmatched flag's value is the empty object.
 *
 * @param flagKeys - Without paths; keys that the flag set lacks are left out.
 */
export function evaluateAll(
  flagSet: FlagSet,
  context: EvaluationContext,
  flagKeys: Iterable<string> = flagSet.flagKeys,
  options?: ResolveOptions,
): Map<string, EvaluationDetails<JsonObject>> {
  const open = flagSet as OpenFlagSet;
  const all = new Map<string, EvaluationDetails<JsonObject>>();
  const run = takeRun(open);
  for (const key of flagKeys) {
    const read = open.readOf(key);
    if (read === undefined || read.path.length > 0) continue;
    runFlag(run, read.flag, context, options);
    all.set(key, detailsOf<JsonObject>(open, key, read, run, {}));
  }
  releaseRun(run);
  return all;
}

/** The flag's part of a key; callers without types may pass anything. */
function flagKeyOf(key: unknown): unknown {
  return typeof key === "string" ? key.split(".", 1)[0] : key;
}

function detailsOf<T extends JsonValue>(
  open: OpenFlagSet,
  key: string,
  read: FlagRead,
  run: Run,
  defaultValue: T,
): EvaluationDetails<T> {
  const resolution = resolutionOf(run, read.flag.key);
  const variant = run.reason === "MATCH" ? run.assignment?.variant : undefined;
  if (variant === undefined) return failed(key, defaultValue, open, resolution);
  const value = readValue(read, variant, typeof defaultValue !== "object");
  const flagMetadata = metadataOf(open, resolution, run.bucket);
  const name = variant.name;
  if (value === undefined || value === null) {
    return { flagKey: key, value: defaultValue, variant: name, reason: reasonOfMatch(run), flagMetadata, resolution };
  }
  if (fitsDefault(value, defaultValue)) {
    return { flagKey: key, value: value as T, variant: name, reason: reasonOfMatch(run), flagMetadata, resolution };
  }
  return {
    flagKey: key,
    value: defaultValue,
    variant: name,
    reason: "ERROR",
    errorCode: "TYPE_MISMATCH",
    errorMessage: `the value of "${key}" does not have the type of the default`,
    flagMetadata,
    resolution,
  };
}

/** SPLIT when the unit's bucket mattered, TARGETING_MATCH when attributes did, STATIC when nothing did. */
function reasonOfMatch(run: Run): Reason {
  const segment = run.rule === undefined ? undefined : dependsOn(run.rule.segment);
  if (run.bucket >= 0 || (segment?.hasAllocation && !run.isSticky)) return "SPLIT";
  return run.isSticky || segment?.hasTargeting ? "TARGETING_MATCH" : "STATIC";
}

/** Details without a variant: the default, and why. */
function failed<T extends JsonValue>(
  key: string,
  value: T,
  open: OpenFlagSet,
  resolution: Resolution,
): EvaluationDetails<T> {
  const flagMetadata = metadataOf(open, resolution, -1);
  const reason = reasonWithoutVariant(resolution);
  if (reason !== "ERROR") return { flagKey: key, value, reason, flagMetadata, resolution };
  const errorCode: ErrorCode = resolution.errorCode ?? "GENERAL";
  const errorMessage = resolution.errorMessage ?? "";
  return { flagKey: key, value, reason, errorCode, errorMessage, flagMetadata, resolution };
}

function reasonWithoutVariant(resolution: Resolution): Reason {
  if (resolution.reason === "DISABLED") return "DISABLED";
  return resolution.reason === "MATCH" || resolution.reason === "NO_SEGMENT_MATCH" ? "DEFAULT" : "ERROR";
}

function metadataOf(open: OpenFlagSet, resolution: Resolution, bucket: number): FlagMetadata {
  const { reason: resolutionReason, rule: ruleId, segment, assignmentId } = resolution;
  const { bundleVersion, bundleId } = open;
  // What nearly every read is: made in one go, because an object that grows is several times slower to make.
  if (ruleId && segment && assignmentId && bucket >= 0 && bundleVersion > 0 && bundleId)
    return { resolutionReason, ruleId, segment, assignmentId, bucket, bundleVersion, bundleId };
  const metadata: Record<string, string | number | boolean> = { resolutionReason: resolution.reason };
  if (resolution.rule !== "") metadata.ruleId = resolution.rule;
  if (resolution.segment !== "") metadata.segment = resolution.segment;
  if (resolution.assignmentId !== "") metadata.assignmentId = resolution.assignmentId;
  if (bucket >= 0) metadata.bucket = bucket;
  if (open.bundleVersion > 0) metadata.bundleVersion = open.bundleVersion;
  if (open.bundleId !== "") metadata.bundleId = open.bundleId;
  return metadata;
}
