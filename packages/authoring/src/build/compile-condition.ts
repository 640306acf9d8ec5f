/** Compiles a condition into the criteria and the expression of a bundle. @module */
import {
  AttributeCriterionSchema,
  type Criterion,
  CriterionSchema,
  type Expression,
  ExpressionSchema,
  type Targeting,
  TargetingSchema,
  type Value,
  ValueSchema,
} from "@aplomb/proto/bundle";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type AttributeCondition,
  type Condition,
  type FlagCondition,
  type Literal,
  variantsMeantBy,
} from "../condition.js";
import { momentOf } from "../literal.js";

/** The targeting of a segment with this condition; criteria are in the order of the file. */
export function compileCondition(condition: Condition): Targeting {
  const criteria: Criterion[] = [];
  const expression = compileInto(criteria, condition);
  return create(TargetingSchema, { criteria, expression });
}

function compileInto(criteria: Criterion[], condition: Condition): Expression {
  const operandsOf = (conditions: readonly Condition[]) => ({
    operands: conditions.map((inner) => compileInto(criteria, inner)),
  });
  const expressionOf = (kind: NonNullable<MessageInitShape<typeof ExpressionSchema>["kind"]>) =>
    create(ExpressionSchema, { kind });
  if ("all" in condition) return expressionOf({ case: "and", value: operandsOf(condition.all) });
  if ("any" in condition) return expressionOf({ case: "or", value: operandsOf(condition.any) });
  if ("not" in condition) return expressionOf({ case: "not", value: compileInto(criteria, condition.not) });
  criteria.push(criterionOf(condition));
  return expressionOf({ case: "criterion", value: criteria.length - 1 });
}

function criterionOf(condition: AttributeCondition | FlagCondition | { readonly inSegment: string }): Criterion {
  if ("inSegment" in condition)
    return create(CriterionSchema, { kind: { case: "segment", value: condition.inSegment } });
  if ("flag" in condition) {
    const prerequisite = { flag: condition.flag, variants: [...variantsMeantBy(condition)] };
    return create(CriterionSchema, { kind: { case: "prerequisite", value: prerequisite } });
  }
  const attribute = create(AttributeCriterionSchema, { path: condition.attribute, rule: ruleOf(condition) });
  return create(CriterionSchema, { kind: { case: "attribute", value: attribute } });
}

type AttributeRule = NonNullable<MessageInitShape<typeof AttributeCriterionSchema>["rule"]>;

function ruleOf(condition: AttributeCondition): AttributeRule {
  const literalValue = (literal: Literal) => compileLiteral(literal, condition.as);
  if (condition.equals !== undefined) return { case: "eq", value: { value: literalValue(condition.equals) } };
  if (condition.in !== undefined) return { case: "set", value: { values: condition.in.map(literalValue) } };
  if (condition.startsWith !== undefined) return { case: "startsWith", value: condition.startsWith };
  if (condition.endsWith !== undefined) return { case: "endsWith", value: condition.endsWith };
  if (condition.contains !== undefined) return { case: "contains", value: condition.contains };
  return { case: "range", value: rangeOf(condition, literalValue) };
}

type RangeInit = Extract<AttributeRule, { case: "range" }>["value"];

function rangeOf(condition: AttributeCondition, literalValue: (literal: Literal) => Value): RangeInit {
  const { atLeast, above, atMost, below } = condition;
  return {
    ...(atLeast !== undefined && { start: { case: "startInclusive" as const, value: literalValue(atLeast) } }),
    ...(above !== undefined && { start: { case: "startExclusive" as const, value: literalValue(above) } }),
    ...(atMost !== undefined && { end: { case: "endInclusive" as const, value: literalValue(atMost) } }),
    ...(below !== undefined && { end: { case: "endExclusive" as const, value: literalValue(below) } }),
  };
}

function compileLiteral(literal: Literal, reading: AttributeCondition["as"]): Value {
  const literalValue = (kind: NonNullable<MessageInitShape<typeof ValueSchema>["kind"]>) =>
    create(ValueSchema, { kind });
  if (typeof literal === "number") return literalValue({ case: "number", value: literal });
  if (typeof literal === "boolean") return literalValue({ case: "bool", value: literal });
  if (reading === "version") return literalValue({ case: "version", value: literal });
  if (reading === undefined) return literalValue({ case: "string", value: literal });
  const moment = momentOf(literal);
  if (moment === undefined) throw new RangeError(`not a moment: ${literal}`);
  return literalValue({ case: "timestamp", value: { seconds: moment.seconds, nanos: moment.nanos } });
}
