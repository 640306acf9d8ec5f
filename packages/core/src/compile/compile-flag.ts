/** Compiles a flag: rules with their segments, cuts and values. @module */

import type { CompiledAssignment, CompiledFlag, CompiledRule, CompiledVariant } from "../compiled-flag.js";
import type { AttributePath } from "../context.js";
import type { Assignment, Flag, Rule, Split, StructType } from "../flag.js";
import type { SegmentScope } from "../segment-scope.js";
import { isJsonObject, type JsonObject, type JsonValue } from "../value.js";

/** Reports something of a flag that can only fail when it is reached. */
export type Report = (message: string) => void;

/** Compiles a flag of a bundle. */
export function compileFlag(key: string, flag: Flag, scope: SegmentScope, report: Report): CompiledFlag {
  const variants = new Map<string, CompiledVariant>();
  flag.variants.forEach(({ name, value }, index) => {
    if (!variants.has(name)) variants.set(name, variantOf(name, index, withNulls(value ?? {}, flag.schema)));
  });
  const rules: CompiledRule[] = [];
  for (const rule of flag.rules) {
    const compiled = compileRule(rule, variants, scope, report);
    if (compiled !== undefined) rules.push(compiled);
  }
  return { key, state: flag.state, problem: "", rules, unitPath: unitPathOf(rules) };
}

function unitPathOf(rules: readonly CompiledRule[]): AttributePath | undefined {
  const unitPath = rules[0]?.unitPath;
  return rules.every((rule) => rule.unitPath === unitPath && rule.hasSplit && !rule.isSticky) ? unitPath : undefined;
}

function variantOf(name: string, index: number, value: JsonObject): CompiledVariant {
  return { name, index, value, scalar: Object.hasOwn(value, "value") ? value.value : undefined };
}

/** Compiles a rule; undefined for one that is switched off or whose segment the bundle lacks. */
function compileRule(
  rule: Rule,
  variants: ReadonlyMap<string, CompiledVariant>,
  scope: SegmentScope,
  report: Report,
): CompiledRule | undefined {
  const segment = rule.enabled ? scope.segmentNamed(rule.segment) : undefined;
  if (segment === undefined) return undefined;
  const bucketCount = Math.max(0, rule.split?.bucketCount ?? 0);
  const split = { bucketCount, assignments: rule.split?.assignments ?? [] };
  const assignments = split.assignments.map((assignment) => compileAssignment(assignment, variants, rule, report));
  const full = fullRolloutOf(split);
  if (full === undefined && rule.split !== undefined) reportCut(rule, split, report);
  return {
    segment,
    unitPath: scope.attributeOf(rule.unitSelector === "" ? "targeting_key" : rule.unitSelector),
    hasSplit: rule.split !== undefined,
    isSticky: rule.materialization !== undefined && rule.materialization.read !== "",
    name: rule.name,
    unitSelector: rule.unitSelector,
    fullRollout: full === undefined ? undefined : assignments[0],
    bucketCount,
    // A full rollout asks for no bucket, and most rules are one.
    bucketer: full !== undefined || rule.salt === undefined ? undefined : scope.bucketerOf(rule.salt),
    ranges: rangesOf(split),
    assignments,
    materialization: rule.materialization,
  };
}

function reportCut(rule: Rule, split: Split, report: Report): void {
  if (rule.salt === undefined) report(`rule "${rule.name}" has no salt to bucket with`);
  if (split.bucketCount === 0) report(`rule "${rule.name}" has no buckets`);
}

function compileAssignment(
  assignment: Assignment,
  variants: ReadonlyMap<string, CompiledVariant>,
  rule: Rule,
  report: Report,
): CompiledAssignment {
  const { id, outcome } = assignment;
  if (outcome.case !== "variant") return { id, outcome: outcome.case ?? "none", variantName: "", variant: undefined };
  const variant = variants.get(outcome.value);
  if (variant === undefined) report(`rule "${rule.name}" assigns the variant "${outcome.value}", which the flag lacks`);
  const isNameless = rule.name === "" && rule.segment === "";
  const given = isNameless && variant ? { ...variant, value: undefined, scalar: undefined } : variant;
  return { id, outcome: "variant", variantName: outcome.value, variant: given };
}

/** Exactly one assignment with exactly one range over the whole line is taken without a unit and without hashing. */
function fullRolloutOf(split: Split): Assignment | undefined {
  const [only] = split.assignments;
  const [range] = only?.ranges ?? [];
  if (only === undefined || range === undefined || split.assignments.length > 1 || only.ranges.length > 1)
    return undefined;
  return range.lower === 0 && range.upper === split.bucketCount ? only : undefined;
}

function rangesOf(split: Split): number[] {
  const ranges: number[] = [];
  split.assignments.forEach((assignment, place) => {
    for (const { lower, upper } of assignment.ranges) ranges.push(lower, upper, place);
  });
  return ranges;
}

/** The value with null for every field that the schema has and the value leaves out, inside present objects too. */
function withNulls(value: JsonObject, schema: StructType | undefined): JsonObject {
  if (schema === undefined) return value;
  const filled: Record<string, JsonValue> = { ...value };
  for (const { name, schema: field } of schema.fields) {
    const present = Object.hasOwn(value, name) ? value[name] : undefined;
    let filledField: JsonValue = present ?? null;
    if (isJsonObject(present) && field?.kind.case === "struct") filledField = withNulls(present, field.kind.value);
    Object.defineProperty(filled, name, { value: filledField, enumerable: true, configurable: true, writable: true });
  }
  return filled;
}
