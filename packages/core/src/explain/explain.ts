/** Explains a flag: every rule, criterion, operand and bucket on the way to its resolution. @module */
import { readFlag } from "../bundle/read-entry.js";
import { compileFlag } from "../compile/compile-flag.js";
import type { CompiledRule, Run } from "../compiled-flag.js";
import type { EvaluationContext } from "../context.js";
import { resolve } from "../evaluate/resolve.js";
import { type ResolveOptions, runFlag, takeRun } from "../evaluate/run-flag.js";
import { unitOf } from "../evaluate/unit.js";
import { DISABLED, type Flag, REMOTE, type Rule } from "../flag.js";
import type { FlagSet, OpenFlagSet } from "../flag-set.js";
import { releaseRun } from "../run.js";
import { wellFormed } from "../utf8.js";
import { explainRuleSegment } from "./explain-segment.js";
import type { Explanation, RuleExplanation, RuleOutcome } from "./explanation.js";

const DECIDED: readonly RuleOutcome[] = ["assigned", "bad unit", "pending", "unsupported", "error"];

/**
 * Explains how a flag resolves. Never throws.
 *
 * Slow and apart from evaluation, which carries nothing for it; for tools, support and tests.
 *
 * @param flagKey - Without a path.
 */
export function explain(
  flagSet: FlagSet,
  flagKey: string,
  context: EvaluationContext,
  options?: ResolveOptions,
): Explanation {
  const set = flagSet as OpenFlagSet;
  const resolution = resolve(set, flagKey, context, options);
  const rules: RuleExplanation[] = [];
  let decided = !areRulesTried(set, flagKey);
  for (const rule of rulesOf(set, flagKey)) {
    if (decided) rules.push({ rule: rule.name, unitSelector: rule.unitSelector, outcome: "not reached" });
    else {
      const explained = explainRule(set, flagKey, rule, context, options);
      rules.push(explained);
      decided = DECIDED.includes(explained.outcome);
    }
  }
  return { flagKey, resolution, rules };
}

/** Flags that are switched off, or left to the endpoint, are decided before their first rule. */
function areRulesTried(set: OpenFlagSet, flagKey: string): boolean {
  const state = set.flagNamed(flagKey)?.state;
  return state !== DISABLED && state !== REMOTE;
}

function flagOf(set: OpenFlagSet, flagKey: string): Flag | undefined {
  if (set.flagNamed(flagKey)?.problem !== "") return undefined;
  const entry = set.flagEntries.get(flagKey);
  return entry && readFlag(entry, set.limits);
}

function rulesOf(set: OpenFlagSet, flagKey: string): readonly Rule[] {
  return flagOf(set, flagKey)?.rules ?? [];
}

/** Evaluates the flag with this rule alone, and looks at what is left in the run. */
function explainRule(
  set: OpenFlagSet,
  flagKey: string,
  rule: Rule,
  context: EvaluationContext,
  options: ResolveOptions | undefined,
): RuleExplanation {
  const explained = { rule: rule.name, unitSelector: rule.unitSelector };
  const flag = flagOf(set, flagKey);
  if (!rule.enabled || flag === undefined) return { ...explained, outcome: "off" };
  const compiled = compileFlag(flagKey, { ...flag, state: 1, rules: [rule] }, set.scope, () => {});
  const [only] = compiled.rules;
  if (only === undefined) return { ...explained, outcome: "no segment" };
  const run = takeRun(set);
  runFlag(run, compiled, context, options);
  const { reason, bucket, assignment, errorMessage, fallthroughs } = run;
  const unit = unitRead(run, only);
  run.unit = unit === false ? undefined : unit;
  const segment = rule.split === undefined ? undefined : explainRuleSegment(set, run, rule.segment);
  const outcome = outcomeOf(run, rule, unit, segment?.answer === "true");
  releaseRun(run);
  return {
    ...explained,
    outcome,
    ...(typeof unit === "string" ? { unit: wellFormed(unit) } : {}),
    ...(segment === undefined ? {} : { segment }),
    ...(bucket < 0 ? {} : { bucket: { salt: rule.salt ?? "", bucketCount: rule.split?.bucketCount ?? 0, bucket } }),
    ...(reason === "MATCH" ? { assignmentId: assignment?.id ?? "" } : {}),
    ...(fallthroughs[0] === undefined ? {} : { assignmentId: fallthroughs[0].assignmentId }),
    ...(errorMessage === "" ? {} : { error: errorMessage }),
  };
}

/** The unit of a finished run; none where the context could not be read. */
function unitRead(run: Run, rule: CompiledRule): string | undefined | false {
  try {
    return unitOf(run, rule.unitPath);
  } catch {
    return undefined;
  }
}

function outcomeOf(
  { reason, fallthroughs }: Run,
  rule: Rule,
  unit: string | undefined | false,
  matches: boolean,
): RuleOutcome {
  if (reason === "MATCH") return "assigned";
  if (fallthroughs.length > 0) return "passed on";
  if (reason === "TARGETING_KEY_ERROR") return "bad unit";
  if (reason === "ERROR") return "error";
  if (reason === "PENDING") return "pending";
  if (reason === "MATERIALIZATION_NOT_SUPPORTED") return "unsupported";
  if (unit === undefined && rule.unitSelector !== "") return "no unit";
  if (rule.split === undefined) return "no split";
  if (!matches) return "no match";
  return unit === undefined ? "no unit" : "no bucket";
}
