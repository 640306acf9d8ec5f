/** A condition on an attribute in words: "country is one of [SE, NO]". @module */
import type { JsonValue } from "@aplomb/core";
import { listWords, quotedText, valueWords } from "./value-words.js";

/** A bound of a range, as explanations carry it. */
interface Bound {
  readonly case?: string;
  readonly value?: JsonValue;
}

/** A rule of a condition, as explanations carry it: the bundle's message, with literals as plain values. */
export type ConditionRule =
  | { readonly case: "eq"; readonly value: { readonly value?: JsonValue } }
  | { readonly case: "set"; readonly value: { readonly values: readonly JsonValue[] } }
  | { readonly case: "range"; readonly value: { readonly start?: Bound; readonly end?: Bound } }
  | { readonly case: "any" | "all"; readonly value: { readonly rule?: { readonly rule?: ConditionRule } } }
  | { readonly case: "startsWith" | "endsWith" | "contains"; readonly value: string }
  | {
      readonly case: "hashedSet";
      readonly value: { readonly prefixBytes: number; readonly prefixes: ArrayLike<number> };
    }
  | { readonly case?: undefined };

const partWords = { startsWith: "starts with", endsWith: "ends with", contains: "contains" } as const;

/**
 * Attributes whose values name a person: rules on them list people, and a page that many look at need not.
 * The last step of the path decides.
 */
const personalAttribute = /(^|\.)(targeting_?key|(user|customer|account|member|person|visitor)_?id|e?_?mail|phone)$/i;

/** Whether a rule's literals for this attribute are left out of what the console shows. */
function hidesLiterals(path: string): boolean {
  return personalAttribute.test(path);
}

/** The condition in words; the literals of personal attributes are counted, not told. */
export function conditionWords(path: string, rule: ConditionRule): string {
  return ruleWords(path, rule, hidesLiterals(path));
}

function ruleWords(subject: string, rule: ConditionRule, isHidden: boolean): string {
  const said = (value: JsonValue): string => (isHidden ? "(hidden)" : valueWords(value));
  switch (rule.case) {
    case "eq":
      return rule.value.value === undefined
        ? `${subject} has no value to equal`
        : `${subject} is ${said(rule.value.value)}`;
    case "set":
      return isHidden
        ? `${subject} is one of ${rule.value.values.length} hidden values`
        : `${subject} is one of ${listWords(rule.value.values, valueWords)}`;
    case "range":
      return rangeWords(subject, rule.value, said);
    case "any":
    case "all":
      return ruleWords(
        `${rule.case === "any" ? "any" : "every one"} of ${subject}`,
        rule.value.rule?.rule ?? {},
        isHidden,
      );
    case "hashedSet": {
      const { prefixBytes, prefixes } = rule.value;
      return `${subject} is one of ${prefixBytes > 0 ? Math.floor(prefixes.length / prefixBytes) : 0} hashed values`;
    }
    case undefined:
      return `${subject} with no operator that this release knows`;
    default:
      return `${subject} ${partWords[rule.case]} ${isHidden ? "(hidden)" : quotedText(rule.value)}`;
  }
}

function rangeWords(
  subject: string,
  { start, end }: { readonly start?: Bound; readonly end?: Bound },
  said: (value: JsonValue) => string,
): string {
  const lower = start?.value === undefined ? "" : `${start.case === "startInclusive" ? "≥" : ">"} ${said(start.value)}`;
  const upper = end?.value === undefined ? "" : `${end.case === "endInclusive" ? "≤" : "<"} ${said(end.value)}`;
  const bounds = [lower, upper].filter((bound) => bound !== "");
  return bounds.length === 0 ? `${subject} within no bounds` : `${subject} ${bounds.join(" and ")}`;
}
