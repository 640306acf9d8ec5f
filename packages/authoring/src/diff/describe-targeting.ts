/** A condition of a bundle in words: `country in [SE, NO] and not app.version < version 2.1.0`. @module */
import type {
  AttributeCriterion,
  Criterion,
  Expression,
  InnerRule,
  RangeRule,
  Segment,
  Targeting,
} from "@aplomb/proto/bundle";
import { describeAllocation } from "./diff-allocation.js";
import { listText, literalText, printable, quoted } from "./plain-text.js";

/** Who is in a segment: its condition, and the share that is drawn. */
export function describeSegment(segment: Segment): string {
  const drawn = describeAllocation(segment.allocation);
  const condition = describeTargeting(segment.targeting);
  return drawn === "" ? condition : `${condition}; ${drawn}`;
}

/** A condition as one line. Without one: everybody. */
export function describeTargeting(targeting: Targeting | undefined): string {
  if (targeting?.expression === undefined) return "everybody";
  return expressionText(targeting.expression, targeting.criteria, "");
}

/** The leaves of a condition, each in words. */
function describeCriterion({ kind }: Criterion): string {
  switch (kind.case) {
    case "attribute":
      return ruleText(printable(kind.value.path), kind.value.rule);
    case "segment":
      return `in segment ${printable(kind.value)}`;
    case "materializedSegment":
      return `stored in ${printable(kind.value)}`;
    case "prerequisite": {
      const { flag, variants } = kind.value;
      return `flag ${printable(flag)} gives ${variants.map(printable).join(" or ") || "none of no variants"}`;
    }
    default:
      return "nothing";
  }
}

function expressionText({ kind }: Expression, criteria: readonly Criterion[], around: string): string {
  switch (kind.case) {
    case "criterion": {
      const criterion = criteria[kind.value];
      return criterion === undefined ? "nobody" : describeCriterion(criterion);
    }
    case "not":
      return `not ${expressionText(kind.value, criteria, "not")}`;
    case "and":
    case "or": {
      const { operands } = kind.value;
      if (operands.length === 0) return kind.case === "and" ? "everybody" : "nobody";
      const texts = operands.map((operand) =>
        expressionText(operand, criteria, operands.length > 1 ? kind.case : around),
      );
      const text = texts.join(` ${kind.case} `);
      return around === "" || operands.length === 1 ? text : `(${text})`;
    }
    default:
      return "nobody";
  }
}

function ruleText(subject: string, rule: AttributeCriterion["rule"] | InnerRule["rule"]): string {
  switch (rule.case) {
    case "eq":
      return `${subject} = ${literalText(rule.value.value)}`;
    case "set":
      return `${subject} in ${listText(rule.value.values.map(literalText))}`;
    case "range":
      return rangeText(subject, rule.value);
    case "any":
    case "all":
      return ruleText(`${rule.case} of ${subject}`, rule.value.rule?.rule ?? { case: undefined });
    case "startsWith":
      return `${subject} starts with ${quoted(rule.value)}`;
    case "endsWith":
      return `${subject} ends with ${quoted(rule.value)}`;
    case "contains":
      return `${subject} contains ${quoted(rule.value)}`;
    case "hashedSet": {
      const { prefixBytes, prefixes } = rule.value;
      return `${subject} among ${prefixBytes > 0 ? Math.floor(prefixes.length / prefixBytes) : 0} hashed values`;
    }
    default:
      return `${subject}, with no operator`;
  }
}

function rangeText(subject: string, { start, end }: RangeRule): string {
  const lower = start.case && `${subject} ${start.case === "startInclusive" ? "≥" : ">"} ${literalText(start.value)}`;
  const upper = end.case && `${subject} ${end.case === "endInclusive" ? "≤" : "<"} ${literalText(end.value)}`;
  if (lower === undefined && upper === undefined) return `${subject}, without bounds`;
  return [lower, upper].filter((bound) => bound !== undefined).join(" and ");
}
