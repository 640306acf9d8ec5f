/** Takes the subject out of an explanation: structure in, values out. @module */
import type { Resolution } from "../details.js";
import type { ConditionExplanation, Explanation, RuleExplanation, SegmentExplanation } from "./explanation.js";

/** What stands where a unit was. */
const HIDDEN = "(hidden)";

/**
 * The explanation without attributes, converted values, units, buckets and messages, which may quote a context; what the
 * bundle says stays.
 *
 * For tickets and logs: with the bundle and the subject at hand, the rest can be made again.
 */
export function redactExplanation({ flagKey, resolution, rules }: Explanation): Explanation {
  return { flagKey, resolution: redactResolution(resolution), rules: rules.map(redactRule) };
}

function redactResolution(resolution: Resolution): Resolution {
  const hide = <T extends { readonly unit: string }>(one: T): T => ({ ...one, unit: one.unit === "" ? "" : HIDDEN });
  const { fallthroughs, writes, pending, errorMessage: _, ...rest } = resolution;
  const hidden = { ...hide(rest), fallthroughs: fallthroughs.map(hide), writes: writes.map(hide) };
  return pending === undefined ? hidden : { ...hidden, pending: pending.map(hide) };
}

function redactRule({ unit, bucket, segment, error: _, ...rule }: RuleExplanation): RuleExplanation {
  return {
    ...rule,
    ...(unit === undefined ? {} : { unit: HIDDEN }),
    ...(segment === undefined ? {} : { segment: redactSegment(segment) }),
  };
}

function redactSegment({ targeting, allocation, ...segment }: SegmentExplanation): SegmentExplanation {
  return {
    ...segment,
    ...(targeting === undefined ? {} : { targeting: redactCondition(targeting) }),
    ...(allocation === undefined ? {} : { allocation: { salt: allocation.salt, answer: allocation.answer } }),
  };
}

function redactCondition(condition: ConditionExplanation): ConditionExplanation {
  if ("operands" in condition) return { ...condition, operands: condition.operands.map(redactCondition) };
  if (condition.kind === "segment") return { ...condition, segment: redactSegment(condition.segment) };
  if (condition.kind !== "attribute") return condition;
  const { kind, answer, path, rule } = condition;
  return { kind, answer, path, rule };
}
