/** One rule of a flag: section 4, steps 1 to 12, and the sticky read of section 7.2. @module */
import type { MaterializationRecord } from "@aplomb/core";
import type { Assignment, Flag, Rule, Split } from "@aplomb/proto/bundle";
import type { Evaluation } from "./evaluation.js";
import { matchSegment, matchTargeting, type Unit } from "./match-segment.js";
import { bucketOfText } from "./murmur3.js";
import type { Outcome, Signal } from "./outcome.js";
import { readSticky } from "./read-records.js";
import { unitOf } from "./unit.js";

/** Why a flag ends without an assignment. */
export type Stop = Exclude<Signal, "unrecognized"> | "bad unit" | "broken";

/** What a rule comes to: the first three go on to the next rule, a stop ends the flag, an assignment is taken. */
export type Step =
  | { readonly kind: "next" }
  | { readonly kind: "abandoned" }
  | { readonly kind: "unknown" }
  | { readonly kind: "stop"; readonly stop: Stop }
  | AssignStep;

/** An assignment, for whom, how it was chosen, and what is to be stored of it. */
export interface AssignStep {
  readonly kind: "assign";
  readonly assignment: Assignment;
  readonly unit: Unit;
  readonly by: "hash" | "rollout" | "sticky";
  readonly write?: MaterializationRecord;
}

const NEXT: Step = { kind: "next" };
const UNKNOWN: Step = { kind: "unknown" };
const BROKEN: Step = { kind: "stop", stop: "broken" };

/** §4: what one rule comes to; `missing` says that an earlier rule is unknown. */
export function stepOf(evaluation: Evaluation, flag: Flag, rule: Rule, missing: boolean): Step {
  // Steps 1 and 3; step 2 is settled when the bundle is built: an audience has one environment.
  if (!rule.enabled || !evaluation.state.segments.has(rule.segment)) return NEXT;
  const found = unitOf(evaluation.attributes, rule);
  if (found.kind === "none" && rule.unitSelector !== "") return NEXT;
  const mayGoWithout = rule.unitSelector === "" && isFullRollout(rule.split);
  if (found.kind === "invalid" && !mayGoWithout) return { kind: "stop", stop: "bad unit" };
  if (rule.split === undefined) return NEXT;
  const unit = found.kind === "unit" ? found.text : undefined;
  const sticky = stickyStep(evaluation, rule, rule.split, unit);
  let step = typeof sticky === "string" ? stepOfSegment(evaluation, rule, unit, sticky) : sticky;
  step ??= missing ? NEXT : pick(evaluation, rule, rule.split, unit);
  if (step.kind !== "assign") return step;
  return missing ? NEXT : checked(flag, step);
}

/** §4 step 7: what the segment makes of the rule; undefined when it matched. */
function stepOfSegment(
  evaluation: Evaluation,
  rule: Rule,
  unit: Unit,
  sticky: "evaluate" | "matched" | "unknown",
): Step | undefined {
  if (sticky === "matched") return undefined;
  const outcome = matchSegment(evaluation, rule.segment, unit, []);
  // A stored assignment may hold whatever the segment says: it was evaluated to discover its reads.
  if (sticky === "unknown") return UNKNOWN;
  return outcome === true ? undefined : stepOfOutcome(outcome);
}

function stepOfOutcome(outcome: Exclude<Outcome, true>): Step {
  if (outcome === false) return NEXT;
  if (outcome === "unknown") return UNKNOWN;
  return outcome === "unrecognized" ? { kind: "abandoned" } : { kind: "stop", stop: outcome };
}

/** §4 step 12: the variant has to be one of the flag's (A1; rulings, 10). */
function checked(flag: Flag, step: AssignStep): Step {
  const { outcome } = step.assignment;
  return outcome.case === "variant" && !flag.variants.some(({ name }) => name === outcome.value) ? BROKEN : step;
}

/** §4 step 6 and §7.2: a step, or how to go on: evaluate the segment, take it as matched, or only look for reads. */
function stickyStep(
  evaluation: Evaluation,
  rule: Rule,
  split: Split,
  unit: Unit,
): Step | "evaluate" | "matched" | "unknown" {
  const { materialization } = rule;
  if (materialization === undefined || materialization.read === "") return "evaluate";
  if (unit === undefined) return NEXT;
  const record = readSticky(evaluation, { unit, materialization: materialization.read, rule: rule.name });
  if (record === "not supported") return { kind: "stop", stop: "not supported" };
  if (record === "unknown") return "unknown";
  if (record === undefined) return materialization.mustMatch ? NEXT : "evaluate";
  if (!materialization.targetingCanBeIgnored) {
    const segment = evaluation.state.segments.get(rule.segment);
    if (segment === undefined || segment === "unreadable") return { kind: "stop", stop: "unreadable" };
    const outcome = matchTargeting(evaluation, segment, unit, []);
    if (outcome === false || outcome === "unknown") return "evaluate";
    if (outcome !== true) return stepOfOutcome(outcome);
  }
  return stickyAssignment(rule, split, unit, record.variant);
}

/** §7.2: the one assignment of the stored variant; of several, the one that holds the unit's bucket. */
function stickyAssignment(rule: Rule, split: Split, unit: string, variant: string): Step | "matched" {
  const named = split.assignments.filter(
    ({ outcome }) => outcome.case === "variant" && outcome.value === variant && variant !== "",
  );
  if (named.length === 1) return { kind: "assign", assignment: named[0] as Assignment, unit, by: "sticky" };
  if (named.length === 0) return "matched";
  const bucket = bucketOf(rule, split, unit);
  if (bucket === undefined) return BROKEN;
  const assignment = named.find((candidate) => holds(candidate, bucket));
  return assignment === undefined ? "matched" : { kind: "assign", assignment, unit, by: "sticky" };
}

/** §4 steps 9 to 11. */
function pick(evaluation: Evaluation, rule: Rule, split: Split, unit: Unit): Step {
  const isFull = isFullRollout(split);
  let assignment = isFull ? split.assignments[0] : undefined;
  if (!isFull) {
    if (unit === undefined) return NEXT;
    const bucket = bucketOf(rule, split, unit);
    if (bucket === undefined) return BROKEN;
    assignment = split.assignments.find((candidate) => holds(candidate, bucket));
  }
  if (assignment === undefined || assignment.outcome.case === undefined) return NEXT;
  const assigned = { kind: "assign", assignment, unit, by: isFull ? "rollout" : "hash" } as const;
  if (unit === undefined || rule.materialization === undefined) return assigned;
  if (evaluation.materializations === undefined) return { kind: "stop", stop: "not supported" };
  const variant = assignment.outcome.case === "variant" ? assignment.outcome.value : "";
  return { ...assigned, write: { unit, materialization: rule.materialization.write, rule: rule.name, variant } };
}

/** §4 step 9: exactly one assignment with exactly one range, over the whole line. */
function isFullRollout(split: Split | undefined): boolean {
  if (split === undefined || split.assignments.length !== 1) return false;
  const [range, ...others] = split.assignments[0]?.ranges ?? [];
  return range !== undefined && others.length === 0 && range.lower === 0 && range.upper === lineOf(split);
}

/** Rulings, 3: a bucket count below 0 is 0. */
function lineOf(split: Split): number {
  return Math.max(0, split.bucketCount);
}

/** §6.2; undefined is an error: no salt, or no buckets (A1; rulings, 10). */
function bucketOf(rule: Rule, split: Split, unit: string): number | undefined {
  if (rule.salt === undefined || lineOf(split) === 0) return undefined;
  return bucketOfText(`${rule.salt}|${unit}`, lineOf(split));
}

function holds(assignment: Assignment, bucket: number): boolean {
  return assignment.ranges.some((range) => range.lower <= bucket && bucket < range.upper);
}
