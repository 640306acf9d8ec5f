/** Resolves one flag: its rules in order, until one assigns. @module */

import { bodyOf, type CompiledFlag, type CompiledRule, NO_FALLTHROUGHS, type Run } from "../compiled-flag.js";
import type { ErrorCode, ResolutionReason } from "../details.js";
import { DISABLED, REMOTE } from "../flag.js";
import { wellFormed } from "../utf8.js";
import { ABANDONED, FAILED, FALSE, TRUE, UNKNOWN, UNSUPPORTED, type Verdict } from "../verdict.js";
import { assign, assignStored } from "./assign.js";
import { matchSegment } from "./match-conditions.js";
import { matchRuleTargeting } from "./match-segment.js";
import { storedAssignment } from "./materialization.js";
import { unitOf } from "./unit.js";

/**
 * Resolves a flag; the result is left in the run, whose context must be set.
 *
 * Where lookups are deferred, a rule that hangs on one makes the flag pending, and the rules behind it are only asked for
 * lookups of their own: errors met on the way may never be met once the lookups are known.
 */
export function resolveFlag(run: Run, flag: CompiledFlag): void {
  run.flagKey = flag.key;
  if (flag.problem !== "") end(run, "ERROR", "PARSE_ERROR", flag.problem);
  else if (flag.state === DISABLED) end(run, "DISABLED");
  else if (flag.state === REMOTE) end(run, "PENDING", "PROVIDER_NOT_READY", "the endpoint resolves this flag");
  else tryRules(run, flag);
}

function tryRules(run: Run, { rules, unitPath }: CompiledFlag): void {
  // Rules that find one unit in one place, as those of most flags do, need not look for it one by one.
  const unit = unitPath === undefined ? undefined : unitOf(run, unitPath);
  const haveUnit = typeof unit === "string";
  if (haveUnit) run.unit = unit;
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i] as CompiledRule;
    const unknownsBefore = run.unknowns;
    const reason = haveUnit ? afterMatch(run, rule, matchSegment(run, rule.segment)) : tryRule(run, rule);
    if (reason === undefined) continue;
    // What ends a rule that met something unknown may never be met once that is known.
    if (reason !== "MATCH" && run.unknowns > unknownsBefore) run.missing = true;
    if (!run.missing && reason !== "ABANDONED") {
      end(run, reason, run.errorCode, run.errorMessage);
      return;
    }
  }
  if (run.missing) end(run, "PENDING", "PROVIDER_NOT_READY", "stored assignments have to be looked up first");
}

/** How a rule ends: the flag with a reason, or itself before it could be understood. */
type RuleEnd = ResolutionReason | "ABANDONED";

/** Tries a rule: how it ends; undefined when it has nothing to say. */
function tryRule(run: Run, rule: CompiledRule): RuleEnd | undefined {
  let unit = unitOf(run, rule.unitPath);
  if (unit === false) {
    if (rule.unitSelector !== "" || rule.fullRollout === undefined) {
      return failed(run, "TARGETING_KEY_ERROR", "INVALID_CONTEXT", `the unit of rule "${rule.name}" cannot be hashed`);
    }
    unit = undefined;
  }
  if ((unit === undefined && rule.unitSelector !== "") || !rule.hasSplit) return undefined;
  run.unit = unit;
  if (!rule.isSticky) return afterMatch(run, rule, matchSegment(run, rule.segment));
  return unit === undefined ? undefined : tryStickyRule(run, rule, unit);
}

/** A rule that looks for a stored assignment first. */
function tryStickyRule(run: Run, rule: CompiledRule, unit: string): RuleEnd | undefined {
  const { read = "", mustMatch = false, targetingCanBeIgnored = false } = rule.materialization ?? {};
  const stored = storedAssignment(run, { unit: wellFormed(unit), materialization: read, rule: rule.name });
  if (stored === "unsupported") return "MATERIALIZATION_NOT_SUPPORTED";
  if (stored === "unknown") {
    run.missing = true;
    matchSegment(run, rule.segment);
    return undefined;
  }
  if (stored === undefined) return mustMatch ? undefined : afterMatch(run, rule, matchSegment(run, rule.segment));
  const targeting = targetingCanBeIgnored ? TRUE : matchRuleTargeting(run, bodyOf(rule.segment));
  if (targeting === ABANDONED || targeting > UNKNOWN) return afterMatch(run, rule, targeting);
  if (targeting !== TRUE) return afterMatch(run, rule, matchSegment(run, rule.segment));
  return assignStored(run, rule, stored.variant) ?? assign(run, rule);
}

/** What a rule does once it is known whether its segment matches. */
function afterMatch(run: Run, rule: CompiledRule, verdict: Verdict): RuleEnd | undefined {
  if (verdict === FALSE) return undefined;
  if (verdict === TRUE) return run.missing ? undefined : assign(run, rule);
  if (verdict === ABANDONED) return "ABANDONED";
  if (verdict === FAILED) return "ERROR";
  if (verdict === UNSUPPORTED) return "MATERIALIZATION_NOT_SUPPORTED";
  if (verdict === UNKNOWN) run.missing = true;
  return undefined;
}

function failed(run: Run, reason: ResolutionReason, code: ErrorCode, message: string): ResolutionReason {
  run.errorCode = code;
  run.errorMessage = message;
  return reason;
}

/** Ends the flag. Errors and open questions carry no fallthroughs and store nothing; a bad targeting key keeps both. */
function end(run: Run, reason: ResolutionReason, code: ErrorCode = "GENERAL", message = ""): void {
  run.reason = reason;
  run.errorCode = code;
  run.errorMessage = reason === "MATCH" ? "" : message;
  if (reason === "MATCH" || reason === "TARGETING_KEY_ERROR") return;
  run.fallthroughs = NO_FALLTHROUGHS;
  run.writes = [];
}
