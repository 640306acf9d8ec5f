/** Turns a condition on an attribute into a bundle's. What is empty stays empty. @module */
import {
  type AttributeCriterion,
  AttributeCriterionSchema,
  ElementRuleSchema,
  type EqualsRule,
  EqualsRuleSchema,
  type InnerRule,
  InnerRuleSchema,
  type RangeRule,
  RangeRuleSchema,
  type SetRule,
  SetRuleSchema,
  type Value,
  ValueSchema,
} from "@aplomb/proto/bundle";
import { create } from "@bufbuild/protobuf";
import type * as source from "../../gen/aplomb/confidence/v1/resolver_state_pb.js";

/** The condition. */
export function convertAttribute({ path, rule }: source.AttributeCriterion): AttributeCriterion {
  if (rule.case !== "any" && rule.case !== "all")
    return create(AttributeCriterionSchema, { path, rule: convertRule(rule) });
  const inner = rule.value.rule;
  const value = create(
    ElementRuleSchema,
    inner && { rule: create(InnerRuleSchema, { rule: convertRule(inner.rule) }) },
  );
  return create(AttributeCriterionSchema, { path, rule: { case: rule.case, value } });
}

/** The rules that attributes and elements have in common. */
function convertRule(rule: source.InnerRule["rule"]): InnerRule["rule"] & AttributeCriterion["rule"] {
  switch (rule.case) {
    case "eq":
      return { case: "eq", value: convertEquals(rule.value) };
    case "set":
      return { case: "set", value: convertSet(rule.value) };
    case "range":
      return { case: "range", value: convertRange(rule.value) };
    case undefined:
      return { case: undefined };
    default:
      return { case: rule.case, value: rule.value.value };
  }
}

function convertEquals({ value }: source.EqRule): EqualsRule {
  return create(EqualsRuleSchema, value && { value: convertValue(value) });
}

function convertSet({ values }: source.SetRule): SetRule {
  return create(SetRuleSchema, { values: values.map(convertValue) });
}

function convertRange({ start, end }: source.RangeRule): RangeRule {
  return create(RangeRuleSchema, {
    start: start.case === undefined ? start : { case: start.case, value: convertValue(start.value) },
    end: end.case === undefined ? end : { case: end.case, value: convertValue(end.value) },
  });
}

function convertValue({ kind }: source.Value): Value {
  switch (kind.case) {
    case "timestamp": {
      const { seconds, nanos } = kind.value;
      return create(ValueSchema, { kind: { case: "timestamp", value: { seconds, nanos } } });
    }
    case "version":
      return create(ValueSchema, { kind: { case: "version", value: kind.value.version } });
    case "list": {
      const values = kind.value.values.map(convertValue);
      return create(ValueSchema, { kind: { case: "list", value: { values } } });
    }
    default:
      return create(ValueSchema, { kind });
  }
}
