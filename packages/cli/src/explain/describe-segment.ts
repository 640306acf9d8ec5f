/** A segment's explanation as a tree: its conditions with their answers, its allocation, the segments inside it. @module */
import { printable } from "@aplomb/authoring";
import type { Answer, ConditionExplanation, JsonValue, SegmentExplanation } from "@aplomb/core";
import { describeCriterion } from "./describe-criterion.js";
import type { Ink } from "./ink.js";
import type { Tree } from "./tree.js";
import { quoted, valueText } from "./value-text.js";

const COMBINATIONS = { and: "all of", or: "any of", not: "not" } as const;
/** The length of the line that allocations are drawn from. */
const ALLOCATION_BUCKETS = 1_000_000;

/** The tree of a segment. */
export function describeSegment(segment: SegmentExplanation, ink: Ink): Tree {
  const { answer, targeting, allocation, isCycle } = segment;
  const children = [
    ...(targeting === undefined ? [] : [describeCondition(targeting, ink)]),
    ...(allocation === undefined ? [] : [describeAllocation(allocation, ink)]),
  ];
  return line(answer, `segment ${printable(segment.segment)}${isCycle ? ": leads back to itself" : ""}`, ink, children);
}

function describeAllocation({ salt, bucket, answer }: NonNullable<SegmentExplanation["allocation"]>, ink: Ink): Tree {
  const drawn = answer === "true" ? "drawn" : "not drawn";
  const place = bucket === undefined ? "" : ` bucket ${bucket} of ${ALLOCATION_BUCKETS},`;
  return line(answer, `allocation:${place} salt ${quoted(salt)}, ${drawn}`, ink);
}

function describeCondition(condition: ConditionExplanation, ink: Ink): Tree {
  const { answer } = condition;
  switch (condition.kind) {
    case "attribute":
      return line(answer, attributeText(condition, ink), ink);
    case "segment":
      return describeSegment(condition.segment, ink);
    case "materialization":
      return line(answer, `stored in ${printable(condition.materialization)}`, ink);
    case "prerequisite": {
      const variants = condition.variants.map(printable).join(" or ");
      return line(answer, `flag ${printable(condition.flag)} gives ${variants || "none of no variants"}`, ink);
    }
    case "nothing":
      return line(answer, "a condition that says nothing", ink);
    default: {
      const operands = condition.operands.map((operand) => describeCondition(operand, ink));
      return line(answer, COMBINATIONS[condition.kind], ink, operands);
    }
  }
}

/** `app.version ≥ 2.4.0 (version) · "v2" → v2`: the condition, the attribute, and what it was converted to. */
function attributeText(condition: ConditionExplanation & { readonly kind: "attribute" }, ink: Ink): string {
  const { path, rule, actual, converted } = condition;
  const text = describeCriterion(path, rule);
  if (actual === undefined && converted === undefined) return text;
  const [given, compared] = [
    actual === undefined ? "absent" : valueText(actual),
    converted === undefined ? "cannot be compared" : valueText(converted),
  ];
  const value = given === compared || isVersionOf(actual, converted) ? given : `${given} → ${compared}`;
  return `${text} ${ink.dim("·")} ${ink.cyan(value)}`;
}

function isVersionOf(actual: unknown, converted: JsonValue | undefined): boolean {
  const isObject = typeof converted === "object" && converted !== null && "kind" in converted;
  return isObject && converted.kind === "version" && converted.text === actual;
}

function line(answer: Answer, text: string, ink: Ink, children: readonly Tree[] = []): Tree {
  return { text: `${markOf(answer, ink)} ${text}${ANSWER_WORDS[answer] ?? ""}`, children };
}

const ANSWER_WORDS: Partial<Record<Answer, string>> = {
  unknown: ": not known yet",
  abandoned: ": cannot be told, and the rule is abandoned",
  unsupported: ": stored assignments were not given",
  error: ": an error",
};

function markOf(answer: Answer, { green, red, yellow, dim }: Ink): string {
  if (answer === "true") return green("✓");
  if (answer === "false") return red("✗");
  return answer === "not reached" ? dim("–") : yellow("?");
}
