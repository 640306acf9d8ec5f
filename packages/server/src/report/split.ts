/** What a rule's split says: which part of its line of buckets gets what. @module */
import { createHash } from "node:crypto";
import type { Assignment, Rule } from "@aplomb/proto/bundle";

/** An outcome that units are exposed to, and its part of those. */
export interface SplitOutcome {
  /** The variant's name; empty for the caller's default. */
  readonly variant: string;
  /** Above 0, at most 1; the shares of a split add up to 1. */
  readonly share: number;
}

/** A rule's split. */
export interface Split {
  /** In the order of the assignments; a variant of several assignments appears once. Empty when nothing is assigned. */
  readonly outcomes: readonly SplitOutcome[];
  /** The part of the line that is assigned; the rest goes on to the next rule. From 0 to 1. */
  readonly coverage: number;
  /** Differs whenever a unit could fall elsewhere. */
  readonly fingerprint: string;
}

/** A stretch of the line with one outcome: lower bucket, upper bucket (exclusive), and the outcome. */
type Stretch = readonly [lower: number, upper: number, outcome: string];

/** What units of an assignment get, as text: "v" and a variant, or "d" for the default. Undefined: they go on. */
function outcomeOf(assignment: Assignment): string | undefined {
  if (assignment.outcome.case === "variant") return `v${assignment.outcome.value}`;
  return assignment.outcome.case === "clientDefault" ? "d" : undefined;
}

/** Cuts the line at every bound and asks for each piece which assignment holds it: the first does. */
function stretchesOf(assignments: readonly Assignment[], bucketCount: number): Stretch[] {
  const clip = (bucket: number): number => Math.min(Math.max(bucket, 0), bucketCount);
  const bounds = new Set([0, bucketCount]);
  for (const { ranges } of assignments)
    for (const range of ranges) bounds.add(clip(range.lower)).add(clip(range.upper));
  const cuts = [...bounds].sort((a, b) => a - b);
  const stretches: Stretch[] = [];
  for (let index = 0; index + 1 < cuts.length; index++) {
    const [lower = 0, upper = 0] = cuts.slice(index, index + 2);
    const holder = assignments.find(({ ranges }) =>
      ranges.some((range) => range.lower <= lower && lower < range.upper),
    );
    const outcome = holder && outcomeOf(holder);
    if (outcome !== undefined) stretches.push([lower, upper, outcome]);
  }
  return stretches;
}

/** The split of a rule; undefined for a rule that has none. */
export function splitOf(rule: Rule): Split | undefined {
  if (rule.split === undefined) return undefined;
  const bucketCount = Math.max(0, rule.split.bucketCount);
  const stretches = stretchesOf(rule.split.assignments, bucketCount);
  const buckets = new Map<string, number>();
  for (const assignment of rule.split.assignments) {
    const outcome = outcomeOf(assignment);
    if (outcome !== undefined) buckets.set(outcome, 0);
  }
  for (const [lower, upper, outcome] of stretches) buckets.set(outcome, (buckets.get(outcome) ?? 0) + upper - lower);
  const assigned = [...buckets.values()].reduce((sum, count) => sum + count, 0);
  const content = JSON.stringify([bucketCount, rule.salt ?? null, rule.unitSelector, mergeAdjacent(stretches)]);
  return {
    outcomes: [...buckets]
      .filter(([, count]) => count > 0)
      .map(([outcome, count]) => ({ variant: outcome.slice(1), share: count / assigned })),
    coverage: bucketCount === 0 ? 0 : assigned / bucketCount,
    fingerprint: createHash("sha256").update(content).digest("base64url").slice(0, 22),
  };
}

/** Joins neighbours with one outcome, so that the same split written in other pieces is the same. */
function mergeAdjacent(stretches: readonly Stretch[]): Stretch[] {
  const merged: Stretch[] = [];
  for (const [lower, upper, outcome] of stretches) {
    const last = merged.at(-1);
    if (last && last[1] === lower && last[2] === outcome) merged[merged.length - 1] = [last[0], upper, outcome];
    else merged.push([lower, upper, outcome]);
  }
  return merged;
}
