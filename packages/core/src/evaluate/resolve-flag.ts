/** Resolves one flag: its rules in order, until one assigns. @module */
import type { CompiledAssignment, CompiledFlag, CompiledRule } from "../compiled-flag.js";
import { NO_FALLTHROUGHS } from "../compiled-flag.js";
import type { ErrorCode, ResolutionReason } from "../details.js";
import { DISABLED, REMOTE } from "../flag.js";
import type { Run } from "../run.js";
import { ABANDONED, FAILED, FALSE, UNKNOWN, UNSUPPORTED } from "../verdict.js";
import { matchRuleSegment } from "./match-segment.js";
import { unitOf } from "./unit.js";

/** Whether the flag is decided, or its next rule is to be tried. */
type Step = "decided" | "next";

/** Resolves a flag; the result is left in the run, whose context must be set. */
export function resolveFlag(run: Run, flag: CompiledFlag): void {
  if (flag.problem !== "") end(run, "ERROR", "PARSE_ERROR", flag.problem);
  else if (flag.state === DISABLED) end(run, "DISABLED");
  else if (flag.state === REMOTE) end(run, "PENDING", "PROVIDER_NOT_READY", "the endpoint resolves this flag");
  else tryRules(run, flag.rules);
}

function tryRules(run: Run, rules: readonly CompiledRule[]): void {
  for (let i = 0; i < rules.length; i++) {
    if (tryRule(run, rules[i] as CompiledRule) === "decided") return;
  }
}

function tryRule(run: Run, rule: CompiledRule): Step {
  let unit = unitOf(run, rule);
  if (unit === false) {
    if (rule.unitSelector !== "" || rule.fullRollout === undefined) {
      return decide(run, "TARGETING_KEY_ERROR", "INVALID_CONTEXT", `the unit of rule "${rule.name}" cannot be hashed`);
    }
    unit = undefined;
  }
  if ((unit === undefined && rule.unitSelector !== "") || !rule.hasSplit) return "next";
  run.unit = unit;
  if (rule.materialization !== undefined && rule.materialization.read !== "") {
    return unit === undefined ? "next" : decide(run, "MATERIALIZATION_NOT_SUPPORTED");
  }
  const verdict = matchRuleSegment(run, rule.segment);
  if (verdict === FALSE || verdict === ABANDONED || verdict === UNKNOWN) return "next";
  if (verdict === FAILED) return decide(run, "ERROR", run.errorCode, run.errorMessage);
  if (verdict === UNSUPPORTED) return decide(run, "MATERIALIZATION_NOT_SUPPORTED");
  return assign(run, rule);
}

/** Takes the assignment that everybody gets, or the one that holds the unit's bucket. */
function assign(run: Run, rule: CompiledRule): Step {
  let assignment = rule.fullRollout;
  let bucket = -1;
  if (assignment === undefined) {
    if (run.unit === undefined) return "next";
    if (rule.bucketCount === 0) return decide(run, "ERROR", "GENERAL", `rule "${rule.name}" has no buckets`);
    if (rule.bucketer === undefined) return decide(run, "ERROR", "GENERAL", `rule "${rule.name}" has no salt`);
    bucket = rule.bucketer.bucketOf(run.unit, rule.bucketCount);
    assignment = holderOf(rule, bucket);
  }
  if (assignment === undefined || assignment.outcome === "none") return "next";
  if (run.unit !== undefined && rule.materialization !== undefined) return decide(run, "MATERIALIZATION_NOT_SUPPORTED");
  if (assignment.outcome === "fallthrough") {
    const { name, unitSelector } = rule;
    const passed = { rule: name, assignmentId: assignment.id, unit: run.unit ?? "", unitSelector };
    run.fallthroughs = [...run.fallthroughs, passed];
    return "next";
  }
  if (assignment.outcome === "variant" && assignment.variant === undefined) {
    return decide(run, "ERROR", "GENERAL", `rule "${rule.name}" assigns a variant that the flag lacks`);
  }
  run.reason = "MATCH";
  run.rule = rule;
  run.assignment = assignment;
  run.bucket = bucket;
  return "decided";
}

/** The first assignment with a range that holds the bucket. */
function holderOf(rule: CompiledRule, bucket: number): CompiledAssignment | undefined {
  const { ranges } = rule;
  for (let i = 0; i < ranges.length; i += 3) {
    if ((ranges[i] as number) <= bucket && bucket < (ranges[i + 1] as number))
      return rule.assignments[ranges[i + 2] as number];
  }
  return undefined;
}

function decide(run: Run, reason: ResolutionReason, code?: ErrorCode, message?: string): Step {
  end(run, reason, code, message);
  return "decided";
}

/** Ends with something other than a match. Only a bad targeting key keeps the fallthroughs before it. */
function end(run: Run, reason: ResolutionReason, code: ErrorCode = "GENERAL", message = ""): void {
  run.reason = reason;
  run.errorCode = code;
  run.errorMessage = message;
  if (reason !== "TARGETING_KEY_ERROR") run.fallthroughs = NO_FALLTHROUGHS;
}
