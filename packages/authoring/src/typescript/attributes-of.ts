/** What a flag reads of the context: by its rules' units, their conditions, shared segments and prerequisites. @module */
import {
  type AttributeCriterion,
  type Criterion,
  type Flag,
  type InnerRule,
  LiteralKind,
  type Rule,
  type Value,
} from "@aplomb/proto/bundle";
import type { BundleContent } from "../bundle-content.js";
import type { TypeText } from "./flag-shape.js";

/** The unit without a name. */
const TARGETING_KEY = "targetingKey";
/** What can be hashed. */
const UNIT: TypeText = "string | number";
/** How many assignments a rule has that needs no unit. */
const FULL_ROLLOUT = 1;

/** Types by dotted path. */
export type Attributes = Map<string, Set<TypeText>>;

/** Attributes of a flag and of everything that it leads to. Reserved ones, `$…`, are the client's to add. */
export function attributesOf(key: string, bundle: BundleContent): Attributes {
  const attributes: Attributes = new Map();
  const seen = new Set<string>();
  const flags = [key];
  const segments: string[] = [];
  const note = (path: string, type: TypeText) => {
    if (!path.startsWith("$") && path !== "") attributes.set(path, (attributes.get(path) ?? new Set()).add(type));
  };
  for (let flag = flags.pop(); flag !== undefined; flag = flags.pop()) {
    for (const rule of rulesOf(bundle.flags.get(flag)?.content)) {
      if (needsUnit(rule, bundle)) note(unitOf(rule), UNIT);
      segments.push(rule.segment);
    }
    for (let id = segments.pop(); id !== undefined; id = segments.pop()) {
      if (seen.has(id)) continue;
      seen.add(id);
      for (const criterion of bundle.segments.get(id)?.content?.targeting?.criteria ?? []) {
        const next = noteCriterion(criterion, note);
        if (next.segment !== undefined) segments.push(next.segment);
        if (next.flag !== undefined && !seen.has(`flag ${next.flag}`)) flags.push(next.flag);
        if (next.flag !== undefined) seen.add(`flag ${next.flag}`);
      }
    }
  }
  return attributes;
}

function rulesOf(flag: Flag | undefined): readonly Rule[] {
  return flag?.rules.filter(({ enabled }) => enabled) ?? [];
}

function unitOf({ unitSelector }: Rule): string {
  return unitSelector === "" || unitSelector === "targeting_key" ? TARGETING_KEY : unitSelector;
}

/** Whether a context without the unit is passed on: it is named, or something is drawn by it. */
function needsUnit({ unitSelector, split, segment, materialization }: Rule, bundle: BundleContent): boolean {
  const isDrawn = bundle.segments.get(segment)?.content?.allocation !== undefined || materialization !== undefined;
  if (unitSelector !== "" || isDrawn) return true;
  const [only] = split?.assignments ?? [];
  const isFull =
    split?.assignments.length === FULL_ROLLOUT &&
    only?.ranges.some(({ lower, upper }) => lower <= 0 && upper >= split.bucketCount) === true;
  return split !== undefined && split.assignments.length > 0 && !isFull;
}

/** Notes what a leaf reads, and gives what it refers to. */
function noteCriterion(
  { kind }: Criterion,
  note: (path: string, type: TypeText) => void,
): { readonly segment?: string; readonly flag?: string } {
  if (kind.case === "segment") return { segment: kind.value };
  if (kind.case === "prerequisite") return { flag: kind.value.flag };
  if (kind.case === "materializedSegment") note(TARGETING_KEY, UNIT);
  if (kind.case === "attribute") note(kind.value.path, typeOfRule(kind.value.rule));
  return {};
}

/** The type that a rule compares: texts that hold a version or a moment are texts. */
function typeOfRule(rule: AttributeCriterion["rule"] | InnerRule["rule"]): TypeText {
  switch (rule.case) {
    case "eq":
      return typeOfLiteral(rule.value.value);
    case "set":
      return typeOfLiteral(rule.value.values[0]);
    case "range":
      return typeOfLiteral(rule.value.start.value ?? rule.value.end.value);
    case "startsWith":
    case "endsWith":
    case "contains":
      return "string";
    case "hashedSet":
      return rule.value.kind === LiteralKind.NUMBER ? "number" : "string";
    case "any":
    case "all":
      return typeOfRule(rule.value.rule?.rule ?? { case: undefined });
    default:
      return "JsonValue";
  }
}

function typeOfLiteral(literal: Value | undefined): TypeText {
  switch (literal?.kind.case) {
    case "bool":
      return "boolean";
    case "number":
      return "number";
    case "string":
    case "version":
    case "timestamp":
      return "string";
    default:
      return "JsonValue";
  }
}
