/** Says why a context gets something else: what became of the rules that decided before and after. @module */
import { type EvaluationContext, type Explanation, explain, type FlagSet, type RuleExplanation } from "@aplomb/core";

/** Why a rule did not decide, in words. */
const OUTCOMES: Readonly<Record<RuleExplanation["outcome"], string>> = {
  assigned: "decides",
  "passed on": "passes it on",
  off: "is switched off",
  "no segment": "has no segment",
  "no unit": "finds no unit",
  "bad unit": "finds something that cannot be a unit",
  "no split": "has no split",
  "no match": "does not match",
  "no bucket": "gives this bucket nothing",
  pending: "waits for stored assignments",
  unsupported: "needs stored assignments",
  error: "gives an error",
  "not reached": "is not reached",
};

/**
 * The reason in a sentence without a full stop.
 *
 * @example // "now: nordics does not match; before: everybody-else is not reached"
 */
export function explainMovement(before: FlagSet, after: FlagSet, flagKey: string, context: EvaluationContext): string {
  if (!after.has(flagKey)) return "the flag is gone";
  if (!before.has(flagKey)) return "the flag is new";
  const [old, now] = [explain(before, flagKey, context), explain(after, flagKey, context)];
  if (now.resolution.reason === "DISABLED") return "the flag was switched off";
  if (old.resolution.reason === "DISABLED") return "the flag was switched on";
  if (now.resolution.reason === "ERROR") return `it gives an error now: ${now.resolution.errorMessage ?? ""}`;
  if (old.resolution.reason === "ERROR") return `it gave an error: ${old.resolution.errorMessage ?? ""}`;
  return whyRules(old, now);
}

function whyRules(old: Explanation, now: Explanation): string {
  const [ruleBefore, ruleAfter] = [old.resolution.rule, now.resolution.rule];
  if (ruleBefore === ruleAfter) return whySplit(ruleIn(old, ruleBefore), ruleIn(now, ruleAfter));
  const reasons = [
    ...(ruleBefore === "" ? [] : [`now: ${ruleBefore} ${fateOf(now, ruleBefore, "is gone")}`]),
    ...(ruleAfter === "" ? [] : [`before: ${ruleAfter} ${fateOf(old, ruleAfter, "was not there")}`]),
  ];
  return reasons.join("; ");
}

function whySplit(old: RuleExplanation | undefined, now: RuleExplanation | undefined): string {
  const [was, is] = [old?.bucket, now?.bucket];
  if (was === undefined || is === undefined) return "it is split now or was before";
  if (old?.unitSelector !== now?.unitSelector) return "the rule's unit changed";
  if (was.salt !== is.salt) return "the rule's salt changed";
  if (old?.unit !== now?.unit) return "the unit changed";
  return "the split is cut elsewhere, and the bucket is the same";
}

function ruleIn({ rules }: Explanation, name: string): RuleExplanation | undefined {
  return rules.find(({ rule }) => rule === name);
}

function fateOf(explanation: Explanation, name: string, absent: string): string {
  const rule = ruleIn(explanation, name);
  return rule === undefined ? absent : OUTCOMES[rule.outcome];
}
