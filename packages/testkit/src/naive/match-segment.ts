/** Whether a unit is in a segment: sections 5.2 to 5.4 and 6.1. @module */
import type { Allocation, Criterion, Expression, Segment, Targeting } from "@aplomb/proto/bundle";
import { isInBloomFilter } from "./bloom.js";
import type { Evaluation } from "./evaluation.js";
import { matchAttribute } from "./match-attribute.js";
import { bucketOfText } from "./murmur3.js";
import { isSignal, type Outcome } from "./outcome.js";
import { readInclusion } from "./read-records.js";

/** The unit; undefined for none. */
export type Unit = string | undefined;

/** §5.2: three-valued membership; `path` holds the names of the segments being evaluated. */
export function matchSegment(evaluation: Evaluation, id: string, unit: Unit, path: readonly string[]): Outcome {
  if (path.includes(id)) return false;
  const segment = evaluation.state.segments.get(id);
  if (segment === undefined) return false;
  if (segment === "unreadable") return "unreadable";
  const outcome = matchTargeting(evaluation, segment, unit, [...path, id]);
  if (outcome === false || isSignal(outcome) || segment.allocation === undefined) return outcome;
  const isDrawn = unit === undefined ? areAllDrawn(segment.allocation) : isUnitDrawn(evaluation, segment, unit);
  return isDrawn ? outcome : false;
}

/** §5.2 step 2: no targeting, or targeting without an expression, is true. */
export function matchTargeting(evaluation: Evaluation, segment: Segment, unit: Unit, path: readonly string[]): Outcome {
  const { targeting } = segment;
  if (targeting?.expression === undefined) return true;
  return matchExpression({ evaluation, targeting, unit, path }, targeting.expression);
}

/** §5.2 step 4 and §6.1: the unit's bucket of 1,000,000 is drawn; buckets beyond the stored line are not. */
function isUnitDrawn(evaluation: Evaluation, { allocation }: Segment, unit: string): boolean {
  if (allocation === undefined) return true;
  const salt = allocation.salt ?? evaluation.state.allocationSalt;
  const bucket = bucketOfText(`${salt}|${unit}`, 1_000_000);
  return bucket < allocation.storedBits && isBucketDrawn(allocation, bucket);
}

/** §5.2 step 5: without a unit, every stored bucket has to be drawn; of none, that is true. */
function areAllDrawn(allocation: Allocation): boolean {
  for (let bucket = 0; bucket < allocation.storedBits; bucket++) {
    if (!isBucketDrawn(allocation, bucket)) return false;
  }
  return true;
}

/** A10: the stored form is ranges or bits; §2 has the order of bits. */
function isBucketDrawn({ form }: Allocation, bucket: number): boolean {
  if (form.case === "bits") return (((form.value[bucket >> 3] ?? 0) >> (bucket & 7)) & 1) === 1;
  if (form.case !== "ranges") return false;
  const { bounds } = form.value;
  for (let at = 0; at + 1 < bounds.length; at += 2) {
    if ((bounds[at] as number) <= bucket && bucket < (bounds[at + 1] as number)) return true;
  }
  return false;
}

/** What stays the same within one segment's targeting. */
interface Scope {
  readonly evaluation: Evaluation;
  readonly targeting: Targeting;
  readonly unit: Unit;
  readonly path: readonly string[];
}

/** §5.3: expressions over true, false and unknown. */
function matchExpression(scope: Scope, { kind }: Expression): Outcome {
  if (kind.case === undefined) return false;
  if (kind.case === "criterion") {
    const criterion = scope.targeting.criteria[kind.value];
    return criterion === undefined ? false : matchCriterion(scope, criterion);
  }
  if (kind.case === "not") {
    const outcome = matchExpression(scope, kind.value);
    return typeof outcome === "boolean" ? !outcome : outcome;
  }
  return matchOperands(scope, kind.value.operands, kind.case === "or");
}

/** §5.3, and, or: from left to right; the first operand that decides, or is a signal, ends it. */
function matchOperands(scope: Scope, operands: readonly Expression[], deciding: boolean): Outcome {
  let hasUnknown = false;
  for (const operand of operands) {
    const outcome = matchExpression(scope, operand);
    if (outcome === deciding) return deciding;
    if (isSignal(outcome)) return outcome;
    if (outcome === "unknown") hasUnknown = true;
  }
  return hasUnknown ? "unknown" : !deciding;
}

/** §5.4: a criterion with nothing set is false; so is a segment that the bundle lacks. */
function matchCriterion({ evaluation, unit, path }: Scope, { kind }: Criterion): Outcome {
  switch (kind.case) {
    case "attribute":
      return matchAttribute(kind.value, evaluation.attributes);
    case "segment":
      return matchSegment(evaluation, kind.value, unit, path);
    case "materializedSegment":
      return matchMaterialized(evaluation, kind.value, unit);
    case "prerequisite":
      return evaluation.matchPrerequisite(kind.value);
    default:
      return false;
  }
}

/** §5.4, materialized segment: no unit, false; a filter is final; else the supplied records. */
function matchMaterialized(evaluation: Evaluation, materialization: string, unit: Unit): Outcome {
  if (unit === undefined) return false;
  const filter = evaluation.state.bloomFilters.get(materialization);
  if (filter !== undefined) return isInBloomFilter(filter, unit);
  return readInclusion(evaluation, { unit, materialization, rule: "" });
}
