/** Compiles a segment: its targeting expression and its allocation. @module */
import type { Matcher, Run, SegmentBody } from "../compiled-flag.js";
import { exhausted, fail, outOfSteps } from "../run.js";
import {
  ALLOCATION_BUCKETS,
  type Allocation,
  type Criterion,
  type Expression,
  type Prerequisite,
  type Segment,
} from "../segment.js";
import type { SegmentScope } from "../segment-scope.js";
import { FALSE, TRUE, UNKNOWN, type Verdict } from "../verdict.js";
import { compileAttribute } from "./compile-attribute.js";

const no: Matcher = () => FALSE;
const yes: Matcher = () => TRUE;

/**
 * Compiles a segment.
 */
export function compileSegment(segment: Segment, scope: SegmentScope): SegmentBody {
  const { targeting, allocation } = segment;
  const criteria = targeting?.criteria ?? [];
  const expression = targeting?.expression;
  const leaves = criteria.map((criterion) => compileCriterion(criterion, scope));
  const matchTargeting = expression === undefined ? yes : compileExpression(expression, leaves);
  return {
    match: allocation === undefined ? matchTargeting : both(matchTargeting, compileAllocation(allocation, scope)),
    matchTargeting,
    refersToSegments: criteria.some(({ kind }) => kind.case === "segment"),
    hasTargeting: expression !== undefined,
    hasAllocation: allocation !== undefined,
  };
}

/** Targeting decides first; only then is the unit's bucket looked at. */
function both(targeting: Matcher, allocation: Matcher): Matcher {
  return (run) => {
    const verdict = targeting(run);
    if (verdict !== TRUE && verdict !== UNKNOWN) return verdict;
    return allocation(run) === TRUE ? verdict : FALSE;
  };
}

function compileCriterion({ kind }: Criterion, scope: SegmentScope): Matcher {
  switch (kind.case) {
    case "attribute":
      return compileAttribute(scope.attributeOf(kind.value.path), kind.value.rule);
    case "segment": {
      const segment = scope.segmentNamed(kind.value);
      return segment === undefined ? no : (run) => run.criteria.inSegment(run, segment);
    }
    case "materializedSegment":
      return compileMaterialized(kind.value, scope);
    case "prerequisite":
      return compilePrerequisite(kind.value, scope);
    default:
      return no;
  }
}

/** A bloom filter answers for good; without one, the stored assignments do. */
function compileMaterialized(name: string, scope: SegmentScope): Matcher {
  const bloom = scope.bloomFilterOf(name);
  if (typeof bloom === "string") return (run) => fail(run, "PARSE_ERROR", `bloom filter of "${name}": ${bloom}`);
  if (bloom !== undefined) {
    return (run) => {
      if (run.unit === undefined) return FALSE;
      if (exhausted(run, Math.max(0, bloom.steps))) return outOfSteps(run);
      return bloom.has(run.unit) ? TRUE : FALSE;
    };
  }
  return (run) => (run.unit === undefined ? FALSE : run.criteria.inMaterialization(run, name));
}

function compilePrerequisite({ flag, variants }: Prerequisite, scope: SegmentScope): Matcher {
  return (run) => run.criteria.gives(run, scope.flagNamed(flag), variants);
}

function compileExpression({ kind }: Expression, leaves: readonly Matcher[]): Matcher {
  const compile = (operand: Expression): Matcher => compileExpression(operand, leaves);
  switch (kind.case) {
    case "criterion":
      return leaves[kind.value] ?? no;
    case "not":
      return negate(compile(kind.value));
    case "and":
      return combine(kind.value.operands.map(compile), FALSE);
    case "or":
      return combine(kind.value.operands.map(compile), TRUE);
    default:
      return no;
  }
}

function negate(operand: Matcher): Matcher {
  return (run) => {
    const verdict = operand(run);
    return verdict === TRUE ? FALSE : verdict === FALSE ? TRUE : verdict;
  };
}

/** And, or: the first operand with the deciding verdict ends it; signals pass through. */
function combine(operands: readonly Matcher[], deciding: 0 | 1): Matcher {
  const [first, second, third] = operands;
  const undecided = deciding === FALSE ? TRUE : FALSE;
  if (first === undefined) return undecided === TRUE ? yes : no;
  if (second === undefined) return first;
  if (third === undefined) return combineTwo(first, second, undecided);
  if (operands.length === 3) return combineThree(first, second, third, undecided);
  return (run) => matchAll(run, operands, undecided);
}

function matchAll(run: Run, operands: readonly Matcher[], undecided: 0 | 1): Verdict {
  if (exhausted(run, operands.length)) return outOfSteps(run);
  let result: Verdict = undecided;
  for (let i = 0; i < operands.length; i++) {
    const verdict = (operands[i] as Matcher)(run);
    if (verdict === undecided) continue;
    if (verdict !== UNKNOWN) return verdict;
    result = UNKNOWN;
  }
  return result;
}

// Most combinations are of two or three, and of verdicts that are known. Engines see through calls that stand on their own.

function combineTwo(first: Matcher, second: Matcher, undecided: 0 | 1): Matcher {
  return (run) => {
    if (exhausted(run, 2)) return outOfSteps(run);
    const verdict = first(run);
    if (verdict === undecided) return second(run);
    return verdict === UNKNOWN ? matchAll(run, [first, second], undecided) : verdict;
  };
}

function combineThree(first: Matcher, second: Matcher, third: Matcher, undecided: 0 | 1): Matcher {
  return (run) => {
    if (exhausted(run, 3)) return outOfSteps(run);
    let verdict = first(run);
    if (verdict === undecided) {
      verdict = second(run);
      if (verdict === undecided) return third(run);
    }
    return verdict === UNKNOWN ? matchAll(run, [first, second, third], undecided) : verdict;
  };
}

/** Whether the unit was drawn. Without a unit: whether everybody on the stored line was. */
function compileAllocation(allocation: Allocation, scope: SegmentScope): Matcher {
  const { storedBits, form } = allocation;
  const bucketer = scope.bucketerOf(allocation.salt);
  const isDrawn = drawnIn(form);
  let everybody: boolean | undefined;
  return ({ unit }) => {
    if (unit === undefined) {
      everybody ??= everyBucket(storedBits, isDrawn);
      return everybody ? TRUE : FALSE;
    }
    const bucket = bucketer.bucketOf(unit, ALLOCATION_BUCKETS);
    return bucket < storedBits && isDrawn(bucket) ? TRUE : FALSE;
  };
}

function drawnIn(form: Allocation["form"]): (bucket: number) => boolean {
  if (form.case === "bits") return (bucket) => isBitSet(form.value, bucket);
  const bounds = Uint32Array.from(form.value?.bounds ?? []);
  return (bucket) => inRanges(bounds, bucket);
}

function everyBucket(storedBits: number, isDrawn: (bucket: number) => boolean): boolean {
  for (let bucket = 0; bucket < storedBits; bucket++) {
    if (!isDrawn(bucket)) return false;
  }
  return true;
}

function isBitSet(bits: Uint8Array, bucket: number): boolean {
  return (((bits[bucket >> 3] ?? 0) >> (bucket & 7)) & 1) === 1;
}

/** Binary search in ascending, disjoint, half-open ranges. */
function inRanges(bounds: Uint32Array, bucket: number): boolean {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bounds[middle] as number) <= bucket) low = middle + 1;
    else high = middle;
  }
  return low % 2 === 1;
}
