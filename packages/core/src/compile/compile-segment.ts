/** Compiles a segment: its targeting expression and its allocation. @module */
import type { Bucketer } from "../bucket.js";
import type { CompiledSegment, Matcher, SegmentBody } from "../compiled-flag.js";
import { FlagError } from "../errors.js";
import { exhausted, outOfSteps } from "../run.js";
import { ALLOCATION_BUCKETS, type Allocation, type Criterion, type Expression, type Segment } from "../segment.js";
import { FALSE, TRUE, UNKNOWN, UNSUPPORTED, type Verdict } from "../verdict.js";
import { compileAttribute } from "./compile-attribute.js";

/** What a segment's compilation needs of its bundle. */
export interface SegmentScope {
  /** The segment of an id; undefined when the bundle lacks it. */
  segmentNamed(id: string): CompiledSegment | undefined;
  /** The bucketer of a salt; undefined stands for the bundle's allocation salt. */
  bucketerOf(salt: string | undefined): Bucketer;
}

const no: Matcher = () => FALSE;
const yes: Matcher = () => TRUE;

/**
 * Compiles a segment.
 *
 * @throws FlagError READER for a criterion that this build cannot evaluate.
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
    refersToSegments: criteria.some((criterion) => criterion.kind === "segment"),
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

function compileCriterion(criterion: Criterion, scope: SegmentScope): Matcher {
  switch (criterion.kind) {
    case "attribute":
      return compileAttribute(criterion.path, criterion.rule);
    case "segment": {
      const segment = scope.segmentNamed(criterion.segment);
      return segment === undefined ? no : (run) => run.matchSegment(run, segment);
    }
    case "materialized":
      return (run) => (run.unit === undefined ? FALSE : UNSUPPORTED);
    case "prerequisite":
      throw new FlagError("READER", "prerequisites are not known to this build");
    default:
      return no;
  }
}

function compileExpression(expression: Expression, leaves: readonly Matcher[]): Matcher {
  switch (expression.kind) {
    case "criterion":
      return leaves[expression.index] ?? no;
    case "not":
      return negate(compileExpression(expression.operand, leaves));
    case "and":
      return combine(
        expression.operands.map((operand) => compileExpression(operand, leaves)),
        FALSE,
      );
    case "or":
      return combine(
        expression.operands.map((operand) => compileExpression(operand, leaves)),
        TRUE,
      );
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
  const [only] = operands;
  if (only !== undefined && operands.length === 1) return only;
  const undecided = deciding === FALSE ? TRUE : FALSE;
  return (run) => {
    if (exhausted(run, 1)) return outOfSteps(run);
    let result: Verdict = undecided;
    for (let i = 0; i < operands.length; i++) {
      const verdict = (operands[i] as Matcher)(run);
      if (verdict === deciding || verdict > UNKNOWN) return verdict;
      if (verdict === UNKNOWN) result = UNKNOWN;
    }
    return result;
  };
}

/** Whether the unit was drawn. Without a unit: whether everybody on the stored line was. */
function compileAllocation(allocation: Allocation, scope: SegmentScope): Matcher {
  const { storedBits, bits } = allocation;
  const bounds = Uint32Array.from(allocation.bounds ?? []);
  const bucketer = scope.bucketerOf(allocation.salt);
  const isDrawn =
    bits === undefined ? (bucket: number) => inRanges(bounds, bucket) : (bucket: number) => isBitSet(bits, bucket);
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
