/** What differs between the splits of two rules: shares, and how many buckets change hands. @module */
import type { Assignment, Split } from "@aplomb/proto/bundle";
import { percentText, printable } from "./plain-text.js";

/** A split in words: `on 10 %, fallthrough 90 %`; a full rollout is its outcome alone. */
export function describeSplit(split: Split | undefined): string {
  if (split === undefined || split.assignments.length === 0) return "nobody";
  const shares = sharesOf(split);
  const [only] = shares.keys();
  if (shares.size === 1 && only !== undefined && shares.get(only) === split.bucketCount) return only;
  return [...shares].map(([outcome, buckets]) => `${outcome} ${percentText(buckets, split.bucketCount)}`).join(", ");
}

/**
 * The difference in words, with the buckets that change hands.
 *
 * @returns undefined if every bucket gives what it gave.
 * @example // "on 10 %, off 90 % → on 20 %, off 80 %; 10 % of buckets change hands: off → on 10 %"
 */
export function diffSplit(before: Split | undefined, after: Split | undefined): string | undefined {
  const texts = `${describeSplit(before)} → ${describeSplit(after)}`;
  if (before === undefined || after === undefined) return before === after ? undefined : texts;
  if (before.bucketCount !== after.bucketCount)
    return `${texts}; a line of ${after.bucketCount} buckets instead of ${before.bucketCount}`;
  const moved = movedBuckets(before, after);
  if (moved.size === 0) return undefined;
  const all = [...moved.values()].reduce((sum, buckets) => sum + buckets, 0);
  const ways = [...moved].map(([way, buckets]) => `${way} ${percentText(buckets, after.bucketCount)}`);
  return `${texts}; ${percentText(all, after.bucketCount)} of buckets change hands: ${ways.join(", ")}`;
}

/** What an assignment gives, by name. */
function outcomeOf({ outcome }: Assignment): string {
  switch (outcome.case) {
    case "variant":
      return printable(outcome.value);
    case "fallthrough":
      return "fallthrough";
    case "clientDefault":
      return "clientDefault";
    default:
      return "nothing";
  }
}

function sharesOf({ assignments }: Split): Map<string, number> {
  const shares = new Map<string, number>();
  for (const assignment of assignments) {
    const buckets = assignment.ranges.reduce((sum, { lower, upper }) => sum + Math.max(0, upper - lower), 0);
    shares.set(outcomeOf(assignment), (shares.get(outcomeOf(assignment)) ?? 0) + buckets);
  }
  return shares;
}

/** Buckets by `before → after`, between neighbouring cuts of either split. */
function movedBuckets(before: Split, after: Split): Map<string, number> {
  const cuts = new Set([0, before.bucketCount]);
  for (const { ranges } of [...before.assignments, ...after.assignments]) {
    for (const { lower, upper } of ranges) cuts.add(lower).add(upper);
  }
  const line = [...cuts].filter((cut) => cut >= 0 && cut <= before.bucketCount).sort((a, b) => a - b);
  const moved = new Map<string, number>();
  for (const [index, lower] of line.slice(0, -1).entries()) {
    const [old, now] = [outcomeAt(before, lower), outcomeAt(after, lower)];
    if (old === now) continue;
    const way = `${old} → ${now}`;
    moved.set(way, (moved.get(way) ?? 0) + (line[index + 1] ?? lower) - lower);
  }
  return moved;
}

/** The first assignment that holds the bucket is taken. */
function outcomeAt({ assignments }: Split, bucket: number): string {
  const holder = assignments.find(({ ranges }) => ranges.some(({ lower, upper }) => lower <= bucket && bucket < upper));
  return holder === undefined ? "nothing" : outcomeOf(holder);
}
