/** Explains segments: every operand with its actual value and its answer. @module */
import { readSegment } from "../bundle/read-entry.js";
import { compileSegment } from "../compile/compile-segment.js";
import { elementTest, isUnderstood } from "../compile/element-test.js";
import type { Run } from "../compiled-flag.js";
import { attributeAt, listProblem } from "../context.js";
import { matchRuleTargeting } from "../evaluate/match-segment.js";
import type { OpenFlagSet } from "../flag-set.js";
import {
  ALLOCATION_BUCKETS,
  type Allocation,
  type AttributeRule,
  type Criterion,
  type Expression,
  type Segment,
} from "../segment.js";
import type { JsonValue } from "../value.js";
import { ABANDONED, FAILED, FALSE, TRUE, UNKNOWN, UNSUPPORTED, type Verdict } from "../verdict.js";
import type { Answer, ConditionExplanation, SegmentExplanation } from "./explanation.js";
import { jsonOf } from "./json-of.js";

const ANSWERS: readonly Answer[] = ["false", "true", "unknown", "abandoned", "unsupported", "error", "error"];
/** Segments explained inside one another; deeper ones only answer. */
const MAX_NESTED = 16;

/** What is explained, and how far it has come. */
interface Walk {
  readonly set: OpenFlagSet;
  readonly run: Run;
  /** Segments explained so far: one that many others share is explained once, and only answers elsewhere. */
  readonly explained: Set<string>;
}

/** Explains a rule's segment for the unit of the run. */
export function explainRuleSegment(set: OpenFlagSet, run: Run, id: string): SegmentExplanation {
  return explainSegment({ set, run, explained: new Set() }, id, []);
}

/** @param path - Ids of the segments that led here. */
function explainSegment(walk: Walk, id: string, path: readonly string[]): SegmentExplanation {
  const { set, run, explained: done } = walk;
  const entry = set.segmentEntries.get(id);
  if (entry === undefined) return { segment: id, answer: "false" };
  if (path.includes(id)) return { segment: id, answer: "false", isCycle: true };
  done.add(id);
  let segment: Segment;
  try {
    segment = readSegment(entry, set.limits);
  } catch {
    return { segment: id, answer: "error" };
  }
  const { targeting, allocation } = segment;
  const inside = [...path, id];
  const explained =
    targeting?.expression === undefined
      ? undefined
      : explainExpression(walk, targeting.criteria, targeting.expression, inside);
  const drawn = allocation === undefined ? undefined : explainAllocation(set, run, allocation);
  return {
    segment: id,
    answer: both(explained?.answer, drawn?.answer),
    ...(explained === undefined ? {} : { targeting: explained }),
    ...(drawn === undefined ? {} : { allocation: drawn }),
  };
}

function both(targeting: Answer = "true", allocation: Answer = "true"): Answer {
  if (targeting !== "true" && targeting !== "unknown") return targeting;
  return allocation === "true" ? targeting : "false";
}

function explainAllocation(
  set: OpenFlagSet,
  run: Run,
  allocation: Allocation,
): NonNullable<SegmentExplanation["allocation"]> {
  const salt = allocation.salt ?? set.allocationSalt;
  const body = compileSegment({ targeting: undefined, allocation, description: "" }, set.scope);
  const answer = ANSWERS[body.match(run)] ?? "error";
  if (run.unit === undefined) return { salt, answer };
  return { salt, bucket: set.scope.bucketerOf(salt).bucketOf(run.unit, ALLOCATION_BUCKETS), answer };
}

function explainExpression(
  walk: Walk,
  criteria: readonly Criterion[],
  { kind }: Expression,
  path: readonly string[],
): ConditionExplanation {
  const explain = (operand: Expression): ConditionExplanation => explainExpression(walk, criteria, operand, path);
  switch (kind.case) {
    case "criterion": {
      const criterion = criteria[kind.value];
      return criterion === undefined ? { kind: "nothing", answer: "false" } : explainCriterion(walk, criterion, path);
    }
    case "not": {
      const operand = explain(kind.value);
      const opposite: Answer =
        operand.answer === "true" ? "false" : operand.answer === "false" ? "true" : operand.answer;
      return { kind: "not", answer: opposite, operands: [operand] };
    }
    case "and":
    case "or":
      return explainOperands(kind.case, kind.value.operands, explain);
    default:
      return { kind: "nothing", answer: "false" };
  }
}

/** Operands in order, until one decides; signals decide as well. */
function explainOperands(
  kind: "and" | "or",
  operands: readonly Expression[],
  explain: (operand: Expression) => ConditionExplanation,
): ConditionExplanation {
  const deciding = kind === "and" ? "false" : "true";
  let answer: Answer = kind === "and" ? "true" : "false";
  const explained: ConditionExplanation[] = [];
  for (const operand of operands) {
    const next = explain(operand);
    explained.push(next);
    if (next.answer === "unknown") answer = "unknown";
    else if (next.answer === deciding || (next.answer !== "true" && next.answer !== "false")) {
      return { kind, answer: next.answer, operands: explained };
    }
  }
  return { kind, answer, operands: explained };
}

function explainCriterion(walk: Walk, criterion: Criterion, path: readonly string[]): ConditionExplanation {
  const { set, run, explained } = walk;
  const { kind } = criterion;
  const isShort = kind.case === "segment" && explained.has(kind.value) && !path.includes(kind.value);
  if (kind.case === "segment" && path.length < MAX_NESTED && !isShort) {
    const segment = explainSegment(walk, kind.value, path);
    return { kind: "segment", answer: segment.answer, segment };
  }
  const answer = ANSWERS[verdictOf(set, run, criterion)] ?? "error";
  switch (kind.case) {
    case "attribute": {
      const { path: attribute, rule } = kind.value;
      const read = attributeRead(set, run, attribute, rule);
      return { kind: "attribute", answer, path: attribute, ...read, rule: jsonOf(rule) ?? null };
    }
    case "segment":
      return { kind: "segment", answer, segment: { segment: kind.value, answer } };
    case "materializedSegment":
      return { kind: "materialization", answer, materialization: kind.value };
    case "prerequisite":
      return { kind: "prerequisite", answer, ...kind.value };
    default:
      return { kind: "nothing", answer };
  }
}

/** The attribute as it is, and as the rule compares it; nothing of one that cannot be read. */
function attributeRead(
  set: OpenFlagSet,
  run: Run,
  attribute: string,
  rule: AttributeRule,
): { readonly actual?: JsonValue; readonly converted?: JsonValue } {
  try {
    const value = attributeAt(run.context, set.scope.attributeOf(attribute));
    const element = rule.case === "any" || rule.case === "all" ? rule.value.rule?.rule : rule;
    const isConvertible = element !== undefined && isUnderstood(element) && !hasProblem(value);
    const [actual, converted] = [
      jsonOf(value),
      jsonOf(isConvertible ? elementTest(element).convert(value) : undefined),
    ];
    return { ...(actual === undefined ? {} : { actual }), ...(converted === undefined ? {} : { converted }) };
  } catch {
    return {};
  }
}

function hasProblem(value: unknown): boolean {
  return Array.isArray(value) && listProblem(value, () => true) !== undefined;
}

/** Compiles the criterion alone and asks it. */
function verdictOf(set: OpenFlagSet, run: Run, criterion: Criterion): Verdict {
  const expression = { kind: { case: "criterion" as const, value: 0 } };
  const targeting = { criteria: [criterion], expression };
  const body = compileSegment({ targeting, allocation: undefined, description: "" }, set.scope);
  try {
    const verdict = matchRuleTargeting(run, body);
    return [FALSE, TRUE, UNKNOWN, ABANDONED, UNSUPPORTED].some((known) => known === verdict) ? verdict : FAILED;
  } catch {
    return FAILED;
  }
}
