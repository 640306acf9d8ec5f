/** What an attribute is converted to before it is compared: section 5.5, steps A to C. @module */
import { type AttributeCriterion, type InnerRule, LiteralKind, type RangeRule, type Value } from "@aplomb/proto/bundle";
import type { Attribute } from "./context.js";
import type { Datum } from "./datum.js";
import { numberOfText, textOfNumber } from "./number-text.js";
import { momentOfNumber, momentOfText } from "./timestamp.js";

/** What an attribute is converted to; `text` is the string-strict way of starts-with, ends-with and contains. */
type Expected = "none" | "bool" | "number" | "string" | "timestamp" | "version" | "list" | "text";

/** A converted attribute; undefined when a text is no number, which is an error of the flag (A1). */
type Converted = Datum | undefined;

const NULL_TEXT: Datum = { kind: "string", value: "null" };

/** The elements a criterion looks at; undefined when a text that is compared with a number is none (§5.5, A to C). */
export function elementsOf(
  rule: AttributeCriterion["rule"],
  attribute: Attribute | undefined,
): readonly Datum[] | undefined {
  const expected = expectedOf(rule);
  const converted = expected === "text" ? strictly(attribute) : convert(attribute, expected);
  if (converted === undefined) return undefined;
  return converted.kind === "list" ? converted.value : [converted];
}

/** §5.5 step A: the expected type, from the rule. */
function expectedOf(rule: AttributeCriterion["rule"] | InnerRule["rule"]): Expected {
  switch (rule.case) {
    case "eq":
      return kindOf(rule.value.value);
    case "set":
      return kindOf(rule.value.values[0]);
    case "range":
      return kindOf(boundOf(rule.value));
    case "any":
    case "all":
      return rule.value.rule ? expectedOf(rule.value.rule.rule) : "none";
    case "startsWith":
    case "endsWith":
    case "contains":
      return "text";
    case "hashedSet":
      return hashedKindOf(rule.value.kind);
    default:
      return "none";
  }
}

function kindOf(literal: Value | undefined): Expected {
  return literal?.kind.case ?? "none";
}

function boundOf(range: RangeRule): Value | undefined {
  return range.start.case === undefined ? range.end.value : range.start.value;
}

function hashedKindOf(kind: LiteralKind): Expected {
  if (kind === LiteralKind.STRING) return "string";
  if (kind === LiteralKind.NUMBER) return "number";
  return kind === LiteralKind.VERSION ? "version" : "none";
}

/** §5.5 step B, the table. */
function convert(attribute: Attribute | undefined, expected: Expected): Converted {
  if (Array.isArray(attribute)) {
    const elements = attribute.map((element) => convert(element, expected));
    return elements.includes(undefined) ? undefined : { kind: "list", value: elements as Datum[] };
  }
  if (typeof attribute === "boolean") return expected === "bool" ? { kind: "bool", value: attribute } : NULL_TEXT;
  if (typeof attribute === "number") return convertNumber(attribute, expected);
  if (typeof attribute === "string") return convertText(attribute, expected);
  return NULL_TEXT;
}

/** §5.5 step B, the row of numbers. */
function convertNumber(number: number, expected: Expected): Datum {
  if (expected === "number") return { kind: "number", value: number };
  if (expected === "string") return { kind: "string", value: textOfNumber(number) };
  const moment = expected === "timestamp" ? momentOfNumber(number) : undefined;
  return moment ? { kind: "timestamp", value: moment } : NULL_TEXT;
}

/** §5.5 step B, the row of texts. */
function convertText(text: string, expected: Expected): Converted {
  if (expected === "bool") return { kind: "bool", value: text === "true" || text === "TRUE" };
  if (expected === "string" || expected === "version") return { kind: expected, value: text };
  if (expected === "number") {
    const number = numberOfText(text);
    return number === undefined ? undefined : { kind: "number", value: number };
  }
  const moment = expected === "timestamp" ? momentOfText(text) : undefined;
  return moment ? { kind: "timestamp", value: moment } : NULL_TEXT;
}

/** §5.5 step B, the last paragraph: texts stay, all else has no value. */
function strictly(attribute: Attribute | undefined): Datum {
  if (Array.isArray(attribute)) return { kind: "list", value: attribute.map(strictly) };
  return typeof attribute === "string" ? { kind: "string", value: attribute } : { kind: "none" };
}
