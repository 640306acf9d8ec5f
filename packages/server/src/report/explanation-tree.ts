/** Core's explanation of a flag as sentences in a tree. @module */
import type { Answer, ConditionExplanation, Explanation, RuleExplanation, SegmentExplanation } from "@aplomb/core";
import type { AnswerTree } from "./answer-tree.js";
import { type ConditionRule, conditionWords } from "./condition-words.js";
import { allocationTree, combinationWords, criterionWords } from "./segment-words.js";
import { cutText, quotedText, valueWords, variantWords } from "./value-words.js";

/** One flag's explanation, ready to draw. */
export interface ExplainedFlag {
  readonly flag: string;
  /** Empty for none. */
  readonly variant: string;
  /** As JSON, cut where it is long; empty for none. */
  readonly value: string;
  readonly reason: string;
  /** The facts of the result, by name: rule, unit, bucket … Only those that there are. */
  readonly facts: readonly { readonly name: string; readonly text: string }[];
  readonly rules: readonly AnswerTree[];
}

/** Lines of one explanation; what is more is left out, and said to be. */
const maxLines = 2_000;

/** What became of a rule; `unit` is where its unit is looked for. */
const outcomeWords: Readonly<Record<RuleExplanation["outcome"], (unit: string) => string>> = {
  assigned: () => "assigned",
  "passed on": () => "recorded, and passed on",
  off: () => "switched off",
  "no segment": () => "its segment is not in the bundle",
  "no unit": (unit) => `no unit, because the context has no ${unit}`,
  "bad unit": (unit) => `the unit cannot be used: ${unit}`,
  "no split": () => "it has no split",
  "no match": () => "no match",
  "no bucket": () => "no assignment holds the unit's bucket",
  pending: () => "stored assignments must be read first",
  unsupported: () => "needs stored assignments, which the console does not read",
  error: () => "an error",
  "not reached": () => "not reached",
};

/** The explanation of a flag in words. */
export function explanationTree(explanation: Explanation): ExplainedFlag {
  const { flagKey, resolution, rules } = explanation;
  const { variant, value, reason } = resolution;
  const room = { lines: maxLines };
  return {
    ...{ flag: flagKey, variant, reason, value: value === undefined ? "" : variantWords(value) },
    facts: factsOf(explanation),
    rules: rules.map((rule) => ruleTree(rule, room)),
  };
}

function factsOf({ resolution, rules }: Explanation): ExplainedFlag["facts"] {
  const { rule, segment, assignmentId, unit, errorCode, errorMessage, shouldExpose, fallthroughs } = resolution;
  const bucket = rules.find(({ outcome }) => outcome === "assigned")?.bucket;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["error", errorCode && (errorMessage ? `${errorCode}: ${cutText(errorMessage)}` : errorCode)],
    ["rule", rule],
    ["segment", segment],
    ["assignment", assignmentId],
    ["unit", unit && `${cutText(unit)} (${selectorWords(resolution.unitSelector)})`],
    ["bucket", bucket && bucketWords(bucket)],
    ["recorded on the way", fallthroughs.map((one) => `${one.rule} (${one.assignmentId})`).join(", ")],
    ["exposure", shouldExpose ? "yes, when the value is used" : "none"],
  ];
  return facts.flatMap(([name, text]) => (text ? [{ name, text }] : []));
}

function ruleTree(explained: RuleExplanation, room: { lines: number }): AnswerTree {
  const { rule, outcome, unitSelector, segment, bucket, assignmentId, error } = explained;
  const children: AnswerTree[] = [];
  if (segment) children.push(segmentTree(segment, room));
  if (bucket) children.push({ text: `bucket ${bucketWords(bucket)}${assignmentId ? ` → ${assignmentId}` : ""}` });
  else if (assignmentId) children.push({ text: `assignment ${assignmentId}` });
  if (error) children.push({ text: cutText(error), answer: "error" });
  const text = `${rule || "unnamed rule"}: ${outcomeWords[outcome](selectorWords(unitSelector))}`;
  return { text, answer: answerOf(outcome), children };
}

function answerOf(outcome: RuleExplanation["outcome"]): Answer {
  if (outcome === "assigned" || outcome === "passed on") return "true";
  if (outcome === "off" || outcome === "not reached") return "not reached";
  if (outcome === "error" || outcome === "bad unit") return "error";
  return outcome === "pending" || outcome === "unsupported" ? "unknown" : "false";
}

function segmentTree(
  { segment, answer, targeting, allocation, isCycle }: SegmentExplanation,
  room: { lines: number },
): AnswerTree {
  room.lines -= 1;
  const children = [
    ...(targeting ? [conditionTree(targeting, room)] : []),
    ...(allocation ? [{ ...allocationTree(allocation.salt, allocation.bucket), answer: allocation.answer }] : []),
  ];
  return {
    text: `${criterionWords.segment(segment)}${isCycle ? ", which leads back to itself" : ""}`,
    answer,
    children,
  };
}

function conditionTree(condition: ConditionExplanation, room: { lines: number }): AnswerTree {
  room.lines -= 1;
  const { answer } = condition;
  switch (condition.kind) {
    case "attribute":
      return attributeTree(condition);
    case "segment":
      return segmentTree(condition.segment, room);
    case "materialization":
      return { answer, text: criterionWords.materialization(condition.materialization) };
    case "prerequisite":
      return { answer, text: criterionWords.prerequisite(condition.flag, condition.variants) };
    case "nothing":
      return { answer, text: criterionWords.nothing };
    default: {
      const children: AnswerTree[] = [];
      for (const operand of condition.operands) {
        if (room.lines <= 0) break;
        children.push(conditionTree(operand, room));
      }
      if (children.length < condition.operands.length) children.push({ text: "… more, left out here" });
      return { answer, text: combinationWords[condition.kind], children };
    }
  }
}

function attributeTree(condition: ConditionExplanation & { readonly kind: "attribute" }): AnswerTree {
  const { answer, path, rule, actual, converted } = condition;
  const text = conditionWords(path, rule as unknown as ConditionRule);
  if (actual === undefined) return { answer, text };
  const given = valueWords(actual);
  const compared = converted === undefined ? "cannot be compared" : valueWords(converted);
  return { answer, text, value: given === compared ? given : `${given}, read as ${compared}` };
}

const selectorWords = (unitSelector: string): string => (unitSelector === "" ? "targeting key" : unitSelector);

const bucketWords = ({ salt, bucketCount, bucket }: NonNullable<RuleExplanation["bucket"]>): string =>
  `${bucket} of ${bucketCount}, salt ${quotedText(salt)}`;
