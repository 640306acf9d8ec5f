/** Details of a flag that was evaluated elsewhere: the same as of one that was evaluated here. @module */

import type { ErrorCode, EvaluationDetails, FlagMetadata, Reason, Resolution, ResolutionReason } from "../details.js";
import { fieldAt } from "../evaluate/read-value.js";
import { fitsDefault, type JsonValue, type Widened } from "../value.js";
import type { FlagAnswer } from "./resolve-question.js";

/** Reasons of a flag that gives a variant; its name may be empty. */
const GIVES: ReadonlySet<string> = new Set(["STATIC", "TARGETING_MATCH", "SPLIT"]);
/** Reasons of a flag that gives none. */
const LEAVES: ReadonlySet<string> = new Set(["DEFAULT", "DISABLED"]);

/**
 * Makes details of an answer: checks the type, falls back to the default, and says why.
 *
 * What an answer does not tell is left out of the metadata: the segment, the bucket, the bundle's id.
 *
 * @param key - `flag`, or `flag.path.to.field`, of the answered flag.
 */
export function answeredDetails<T extends JsonValue>(
  answer: FlagAnswer,
  key: string,
  defaultValue: T,
): EvaluationDetails<Widened<T>> {
  const fallback = defaultValue as Widened<T>;
  const { variant, evaluationReason } = answer;
  const base = { flagKey: key, flagMetadata: metadataOf(answer), resolution: resolutionOf(answer) };
  const reason = evaluationReason as Reason;
  if (LEAVES.has(reason)) return { ...base, value: fallback, reason };
  if (!GIVES.has(reason)) return { ...base, value: fallback, reason: "ERROR", ...errorOf(answer) };
  const value = valueAsked(answer, key, defaultValue);
  if (value === undefined || value === null) return { ...base, value: fallback, variant, reason };
  if (fitsDefault(value, defaultValue)) return { ...base, value: value as Widened<T>, variant, reason };
  const errorMessage = `the value of "${key}" does not have the type of the default`;
  return { ...base, value: fallback, variant, reason: "ERROR", errorCode: "TYPE_MISMATCH", errorMessage };
}

/** A key without path and a primitive default mean the field `value`. */
function valueAsked({ value }: FlagAnswer, key: string, defaultValue: JsonValue): JsonValue | undefined {
  const path = key.split(".").slice(1);
  return fieldAt(value, path.length === 0 && typeof defaultValue !== "object" ? ["value"] : path);
}

function resolutionOf(answer: FlagAnswer): Resolution {
  const { flag: flagKey, variant, value, exposure, errorCode } = answer;
  return {
    ...{ flagKey, variant, value, reason: answer.reason as ResolutionReason, segment: "", writes: [] },
    shouldExpose: exposure !== undefined,
    rule: exposure?.rule ?? "",
    assignmentId: exposure?.assignmentId ?? "",
    unit: exposure?.unit ?? "",
    unitSelector: exposure?.unitSelector ?? "",
    fallthroughs: exposure?.fallthroughs ?? [],
    ...(errorCode !== "" && errorOf(answer)),
  };
}

function errorOf({ errorCode, errorMessage }: FlagAnswer): { errorCode: ErrorCode; errorMessage: string } {
  return { errorCode: (errorCode || "GENERAL") as ErrorCode, errorMessage };
}

function metadataOf({ reason, exposure }: FlagAnswer): FlagMetadata {
  const metadata: Record<string, string | number> = { resolutionReason: reason };
  if (exposure === undefined) return metadata;
  if (exposure.rule !== "") metadata.ruleId = exposure.rule;
  if (exposure.assignmentId !== "") metadata.assignmentId = exposure.assignmentId;
  if (exposure.bundleVersion > 0) metadata.bundleVersion = exposure.bundleVersion;
  return metadata;
}
