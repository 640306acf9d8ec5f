/** Assigns: by the unit's bucket, to everybody, or as it was stored before. @module */
import type { CompiledAssignment, CompiledRule, Run } from "../compiled-flag.js";
import type { ResolutionReason } from "../details.js";
import { fail } from "../run.js";
import { wellFormed } from "../utf8.js";
import { addWrite } from "./materialization.js";

/**
 * Takes the assignment that everybody gets, or the one that holds the unit's bucket.
 *
 * @returns How that ends the flag; undefined when the next rule is to be tried.
 */
export function assign(run: Run, rule: CompiledRule): ResolutionReason | undefined {
  let assignment = rule.fullRollout;
  let bucket = -1;
  if (assignment === undefined) {
    if (run.unit === undefined) return undefined;
    bucket = bucketIn(run, rule, run.unit);
    if (bucket < 0) return "ERROR";
    assignment = holderOf(rule, bucket, rule.ranges);
  }
  if (assignment === undefined || assignment.outcome === "none") return undefined;
  if (run.unit !== undefined && rule.materialization !== undefined) {
    if (run.materializations === undefined) return "MATERIALIZATION_NOT_SUPPORTED";
    const { write: materialization } = rule.materialization;
    addWrite(run, { unit: wellFormed(run.unit), materialization, rule: rule.name, variant: assignment.variantName });
  }
  if (assignment.outcome === "fallthrough") {
    const { name, unitSelector } = rule;
    run.fallthroughs = [
      ...run.fallthroughs,
      { rule: name, assignmentId: assignment.id, unit: wellFormed(run.unit ?? ""), unitSelector },
    ];
    return undefined;
  }
  return take(run, rule, assignment, bucket);
}

/**
 * Takes the assignment that gives a stored variant; of several, the one that holds the unit's bucket.
 *
 * @returns How that ends the flag; undefined when there is none to take.
 */
export function assignStored(run: Run, rule: CompiledRule, variant: string): ResolutionReason | undefined {
  if (variant === "") return undefined;
  const isCandidate = (assignment: CompiledAssignment | undefined): boolean => assignment?.variantName === variant;
  const candidates = rule.assignments.filter(isCandidate);
  let [assignment] = candidates;
  let bucket = -1;
  if (candidates.length > 1) {
    bucket = bucketIn(run, rule, run.unit ?? "");
    if (bucket < 0) return "ERROR";
    const ranges = rule.ranges.filter((_, i) => isCandidate(rule.assignments[rule.ranges[i - (i % 3) + 2] as number]));
    assignment = holderOf(rule, bucket, ranges);
  }
  if (assignment === undefined) return undefined;
  run.isSticky = true;
  return take(run, rule, assignment, bucket);
}

function take(run: Run, rule: CompiledRule, assignment: CompiledAssignment, bucket: number): ResolutionReason {
  if (assignment.outcome === "variant" && assignment.variant === undefined) {
    fail(run, "GENERAL", `rule "${rule.name}" assigns a variant that the flag lacks`);
    return "ERROR";
  }
  run.rule = rule;
  run.assignment = assignment;
  run.bucket = bucket;
  return "MATCH";
}

/** The unit's bucket; -1, and an error in the run, for a rule that cannot be bucketed. */
function bucketIn(run: Run, rule: CompiledRule, unit: string): number {
  const { bucketCount, bucketer, name } = rule;
  if (bucketCount > 0 && bucketer !== undefined) return bucketer.bucketOf(unit, bucketCount);
  const what = bucketCount === 0 ? "buckets" : "salt";
  fail(run, "GENERAL", `rule "${name}" has no ${what}`);
  return -1;
}

/** The first assignment with a range that holds the bucket. */
export function holderOf(
  rule: CompiledRule,
  bucket: number,
  ranges: readonly number[],
): CompiledAssignment | undefined {
  for (let i = 0; i < ranges.length; i += 3) {
    if ((ranges[i] as number) <= bucket && bucket < (ranges[i + 1] as number))
      return rule.assignments[ranges[i + 2] as number];
  }
  return undefined;
}
