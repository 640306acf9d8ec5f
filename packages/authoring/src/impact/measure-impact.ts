/** Evaluates two bundles on a sample of contexts and counts who gets something else, and why. @module */
import { changedFlags, type EvaluationDetails, evaluate, type FlagSet } from "@aplomb/core";
import { explainMovement } from "./explain-movement.js";
import { createFlagTally, type Pair } from "./flag-tally.js";
import { ABSENT, DEFAULT, ERROR, type FlagImpact, type Given, type ImpactReport, UNDECIDED } from "./impact.js";
import type { SampleContext } from "./read-sample.js";

/** How to measure. */
export interface MeasureOptions {
  /** The time that schedules are asked for, where a context does not say: Unix milliseconds. */
  readonly nowMs: number;
  /** Called after each context, with how many there have been. */
  readonly onContext?: ((count: number) => void) | undefined;
}

/**
 * Evaluates every flag of either bundle that may answer differently, for every context; of the others nothing has to be counted.
 *
 * Holds no contexts: the report's size depends on how many ways to change there are. Stored assignments are not known
 * here; a flag that needs any is counted as undecided, if its definition changed.
 */
export async function measureImpact(
  before: FlagSet,
  after: FlagSet,
  sample: AsyncIterable<SampleContext> | Iterable<SampleContext>,
  { nowMs, onContext }: MeasureOptions,
): Promise<ImpactReport> {
  const keys = changedFlags(before, after).sort();
  const tallies = keys.map((key) => ({ key, tally: createFlagTally(key, changeOf(before, after, key)) }));
  const usesSchedules = before.usesSchedules || after.usesSchedules;
  const counts = { contexts: 0, contextsMoved: 0 };
  for await (const { line, context: given } of sample) {
    const context = usesSchedules && !("$nowMs" in given) ? { ...given, $nowMs: nowMs } : given;
    let hasMoved = false;
    for (const { key, tally } of tallies) {
      const [old, now] = [evaluate(before, key, {}, context), evaluate(after, key, {}, context)];
      const pair = pairOf(old, now, line);
      hasMoved = tally.add(pair, () => explainMovement(before, after, key, context)) || hasMoved;
    }
    counts.contexts++;
    if (hasMoved) counts.contextsMoved++;
    onContext?.(counts.contexts);
  }
  const changes = tallies.flatMap(({ tally }) => tally.impact() ?? []);
  const sum = (count: (impact: FlagImpact) => number) => changes.reduce((total, impact) => total + count(impact), 0);
  return {
    ...counts,
    flags: new Set([...before.flagKeys, ...after.flagKeys]).size,
    moved: sum(({ moved }) => moved),
    rebucketed: sum(({ rebucketed }) => rebucketed),
    revalued: sum(({ revalued }) => revalued),
    undecided: sum(({ undecided }) => undecided),
    changes,
  };
}

function changeOf(before: FlagSet, after: FlagSet, key: string): FlagImpact["change"] {
  if (!before.has(key)) return "added";
  return after.has(key) ? "kept" : "removed";
}

function pairOf(old: EvaluationDetails, now: EvaluationDetails, line: number): Pair {
  const from = givenBy(old);
  // To whoever got the default, a flag that went gives it still.
  const to = givenBy(now) === ABSENT && (from === DEFAULT || from === ERROR) ? from : givenBy(now);
  const [ruleBefore, ruleAfter] = [old.resolution?.rule ?? "", now.resolution?.rule ?? ""];
  const [bucketBefore, bucketAfter] = [bucketOf(old), bucketOf(now)];
  const isSameRule = ruleBefore !== "" && ruleBefore === ruleAfter;
  const isHashed = bucketBefore !== undefined && bucketAfter !== undefined;
  const isRevalued = from === to && old.value !== now.value && JSON.stringify(old.value) !== JSON.stringify(now.value);
  return {
    from,
    to,
    ruleBefore,
    ruleAfter,
    isRebucketed: isSameRule && isHashed && bucketBefore !== bucketAfter,
    isRevalued,
    isUndecided: from === UNDECIDED || to === UNDECIDED,
    example: {
      line,
      unit: now.resolution?.unit || old.resolution?.unit || "",
      ...(bucketBefore === undefined ? {} : { bucketBefore }),
      ...(bucketAfter === undefined ? {} : { bucketAfter }),
    },
  };
}

function bucketOf({ flagMetadata }: EvaluationDetails): number | undefined {
  return typeof flagMetadata.bucket === "number" ? flagMetadata.bucket : undefined;
}

function givenBy({ resolution }: EvaluationDetails): Given {
  switch (resolution?.reason) {
    case "MATCH":
      return resolution.variant === "" ? DEFAULT : resolution.variant;
    case "NO_SEGMENT_MATCH":
    case "DISABLED":
      return DEFAULT;
    case "FLAG_NOT_FOUND":
      return ABSENT;
    case "PENDING":
    case "MATERIALIZATION_NOT_SUPPORTED":
      return UNDECIDED;
    default:
      return ERROR;
  }
}
