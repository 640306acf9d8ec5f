/** Builds bundles for tests out of short descriptions, with the generated code. @module */

import {
  BundleSchema,
  type CriterionSchema,
  type Expression,
  ExpressionSchema,
  FlagSchema,
  type RuleSchema,
  SegmentSchema,
  TargetingSchema,
  type ValueSchema,
} from "@aplomb/proto/bundle";
import { create, type DescMessage, type MessageInitShape, type MessageShape, toBinary } from "@bufbuild/protobuf";

/** What `create` takes, without the finished message. */
type InitOf<S extends DescMessage> = Exclude<MessageInitShape<S>, MessageShape<S>>;

/** A flag, as generated code takes it. */
export type FlagInit = InitOf<typeof FlagSchema>;
/** A segment, as generated code takes it. */
export type SegmentInit = InitOf<typeof SegmentSchema>;
/** A rule, as generated code takes it. */
export type RuleInit = InitOf<typeof RuleSchema>;
/** A literal, as generated code takes it. */
export type LiteralInit = InitOf<typeof ValueSchema>;
/** A criterion, as generated code takes it. */
export type CriterionInit = InitOf<typeof CriterionSchema>;

/** What a bundle holds. */
export interface BundleDescription {
  readonly allocationSalt?: string;
  readonly usesSchedules?: boolean;
  readonly flags?: Readonly<Record<string, FlagInit | Uint8Array>>;
  readonly segments?: Readonly<Record<string, SegmentInit | Uint8Array>>;
}

/** The bytes of a bundle. Entries given as bytes are taken as they are. */
export function bundleBytes(description: BundleDescription): Uint8Array<ArrayBuffer> {
  const { allocationSalt = "test", usesSchedules = false, flags = {}, segments = {} } = description;
  const flagEntries = Object.entries(flags).map(([key, flag]) => ({
    key,
    flag: flag instanceof Uint8Array ? flag : toBinary(FlagSchema, create(FlagSchema, flag)),
  }));
  const segmentEntries = Object.entries(segments).map(([id, segment]) => ({
    id,
    segment: segment instanceof Uint8Array ? segment : toBinary(SegmentSchema, create(SegmentSchema, segment)),
  }));
  const bundle = { schema: 1, allocationSalt, usesSchedules, flags: flagEntries, segments: segmentEntries };
  return toBinary(BundleSchema, create(BundleSchema, bundle));
}

/** A rule that gives one variant to everybody in a segment. */
export function fullRollout(name: string, segment: string, variant: string): RuleInit {
  const assignments = [{ id: `${name}/all`, ...outcome(variant), ranges: [{ lower: 0, upper: 1 }] }];
  return { name, segment, enabled: true, split: { bucketCount: 1, assignments } };
}

/** A rule that cuts its segment into shares, in order. Shares add up to the bucket count, or leave the rest out. */
export function split(
  name: string,
  segment: string,
  shares: Readonly<Record<string, number>>,
  options: { readonly bucketCount?: number; readonly salt?: string; readonly unitSelector?: string } = {},
): RuleInit {
  const { bucketCount = 100, salt = name, unitSelector = "" } = options;
  let lower = 0;
  const assignments = Object.entries(shares).map(([variant, share]) => {
    const range = { lower, upper: lower + share };
    lower += share;
    return { id: `${name}/${variant}`, ...outcome(variant), ranges: [range] };
  });
  return { name, segment, unitSelector, enabled: true, salt, split: { bucketCount, assignments } };
}

function outcome(variant: string): {
  outcome:
    | { case: "variant"; value: string }
    | { case: "fallthrough"; value: Record<never, never> }
    | { case: "clientDefault"; value: Record<never, never> };
} {
  if (variant === "(fallthrough)") return { outcome: { case: "fallthrough", value: {} } };
  if (variant === "(client default)") return { outcome: { case: "clientDefault", value: {} } };
  return { outcome: { case: "variant", value: variant } };
}

/** A condition as tests write it: a criterion, or a combination of conditions. */
export type Condition =
  | CriterionInit
  | { readonly not: Condition }
  | { readonly and: readonly Condition[] }
  | { readonly or: readonly Condition[] };

/** A segment of everybody who satisfies a condition. */
export function segmentOf(condition: Condition): SegmentInit {
  const criteria: CriterionInit[] = [];
  const expression = expressionOf(condition, criteria);
  return { targeting: create(TargetingSchema, { criteria, expression }) };
}

function expressionOf(condition: Condition, criteria: CriterionInit[]): Expression {
  if ("not" in condition) {
    return create(ExpressionSchema, { kind: { case: "not", value: expressionOf(condition.not, criteria) } });
  }
  if ("and" in condition || "or" in condition) {
    const [name, list] = "and" in condition ? (["and", condition.and] as const) : (["or", condition.or] as const);
    const operands = list.map((operand) => expressionOf(operand, criteria));
    return create(ExpressionSchema, { kind: { case: name, value: { operands } } });
  }
  criteria.push(condition);
  return create(ExpressionSchema, { kind: { case: "criterion", value: criteria.length - 1 } });
}

/** A literal: text, number or boolean. */
export function literal(value: string | number | boolean): LiteralInit {
  if (typeof value === "string") return { kind: { case: "string", value } };
  return typeof value === "number" ? { kind: { case: "number", value } } : { kind: { case: "bool", value } };
}

/** The attribute equals a value. */
export function equalTo(path: string, value: string | number | boolean): CriterionInit {
  return { kind: { case: "attribute", value: { path, rule: { case: "eq", value: { value: literal(value) } } } } };
}

/** The attribute equals one of some values. */
export function oneOf(path: string, ...values: readonly (string | number | boolean)[]): CriterionInit {
  return {
    kind: { case: "attribute", value: { path, rule: { case: "set", value: { values: values.map(literal) } } } },
  };
}

/** The attribute is a number from a bound on. */
export function atLeast(path: string, number: number): CriterionInit {
  const start = { case: "startInclusive" as const, value: literal(number) };
  return { kind: { case: "attribute", value: { path, rule: { case: "range", value: { start } } } } };
}

/** The unit is in another segment. */
export function inSegment(segment: string): CriterionInit {
  return { kind: { case: "segment", value: segment } };
}
