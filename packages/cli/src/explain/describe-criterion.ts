/** A condition on an attribute in words: `country in [SE, NO]`. @module */
import { listText, momentText, printable } from "@aplomb/authoring";
import type { JsonValue } from "@aplomb/core";
import { quoted, quotedVersion } from "./value-text.js";

/** A literal as explanations carry it. */
type LiteralJson =
  | null
  | boolean
  | number
  | string
  | { readonly kind: "version"; readonly text: string }
  | { readonly kind: "moment"; readonly seconds: number; readonly nanos: number }
  | readonly LiteralJson[];

interface RangeJson {
  readonly start?: { readonly case?: "startInclusive" | "startExclusive"; readonly value?: LiteralJson };
  readonly end?: { readonly case?: "endInclusive" | "endExclusive"; readonly value?: LiteralJson };
}

/** A rule as explanations carry it: the bundle's message as JSON. */
type RuleJson =
  | { readonly case: "eq"; readonly value: { readonly value?: LiteralJson } }
  | { readonly case: "set"; readonly value: { readonly values: readonly LiteralJson[] } }
  | { readonly case: "range"; readonly value: RangeJson }
  | { readonly case: "any" | "all"; readonly value: { readonly rule?: { readonly rule: RuleJson } } }
  | { readonly case: "startsWith" | "endsWith" | "contains"; readonly value: string }
  | {
      readonly case: "hashedSet";
      readonly value: { readonly prefixBytes: number; readonly prefixes: readonly number[] };
    }
  | { readonly case?: never };

const PARTS = { startsWith: "starts with", endsWith: "ends with", contains: "contains" } as const;
const KINDS = { version: " (version)", moment: " (time)" } as const;

/** The condition; the kind of its literals is told where they do not show it. */
export function describeCriterion(path: string, rule: JsonValue): string {
  return describeRule(printable(path), rule as unknown as RuleJson);
}

function describeRule(subject: string, rule: RuleJson): string {
  switch (rule.case) {
    case "eq": {
      const { value } = rule.value;
      return value === undefined
        ? `${subject}, with no value to compare`
        : `${subject} = ${literal(value)}${kind(value)}`;
    }
    case "set": {
      const { values } = rule.value;
      return `${subject} in ${listText(values.map(literal))}${kind(values[0])}`;
    }
    case "range":
      return describeRange(subject, rule.value);
    case "any":
    case "all":
      return describeRule(`${rule.case === "any" ? "any of" : "all of"} ${subject}`, rule.value.rule?.rule ?? {});
    case "hashedSet": {
      const { prefixBytes, prefixes } = rule.value;
      return `${subject} among ${prefixBytes > 0 ? Math.floor(prefixes.length / prefixBytes) : 0} hashed values`;
    }
    case undefined:
      return `${subject}, with no operator`;
    default:
      return `${subject} ${PARTS[rule.case]} ${quoted(rule.value)}`;
  }
}

function describeRange(subject: string, { start, end }: RangeJson): string {
  const [lower, upper] = [start?.value, end?.value];
  const below = upper === undefined ? "" : ` ${end?.case === "endInclusive" ? "≤" : "<"} ${literal(upper)}`;
  if (lower === undefined)
    return upper === undefined ? `${subject}, without bounds` : `${subject}${below}${kind(upper)}`;
  const isInclusive = start?.case === "startInclusive";
  if (upper === undefined) return `${subject} ${isInclusive ? "≥" : ">"} ${literal(lower)}${kind(lower)}`;
  return `${literal(lower)} ${isInclusive ? "≤" : "<"} ${subject}${below}${kind(lower)}`;
}

function literal(value: LiteralJson): string {
  if (value === null) return "nothing";
  if (typeof value === "string") return quoted(value);
  if (typeof value !== "object") return String(value);
  if (!("kind" in value)) return listText(value.map(literal));
  return value.kind === "version" ? quotedVersion(value.text) : momentText(value.seconds, value.nanos);
}

function kind(value: LiteralJson | undefined): string {
  return typeof value === "object" && value !== null && "kind" in value ? KINDS[value.kind] : "";
}
