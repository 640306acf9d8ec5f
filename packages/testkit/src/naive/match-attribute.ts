/** One attribute criterion against a context: section 5.5, step D, and hashed sets. @module */
import { createHash } from "node:crypto";
import {
  type AttributeCriterion,
  type HashedSetRule,
  type InnerRule,
  LiteralKind,
  type RangeRule,
} from "@aplomb/proto/bundle";
import { type AttributeMap, attributeAt, isWithinCaps } from "./context.js";
import { elementsOf } from "./convert.js";
import { areEqual, type Datum, datumOfLiteral, isAtMost, isBelow } from "./datum.js";
import { textOfNumber } from "./number-text.js";
import type { Outcome } from "./outcome.js";
import { byteText, utf8Of } from "./utf8.js";

/** Whether a criterion holds; `unrecognized` abandons the rule, `invalid context` is an error of the flag (§5.5). */
export function matchAttribute(criterion: AttributeCriterion, attributes: AttributeMap): Outcome {
  const { rule } = criterion;
  if (rule.case === undefined) return "unrecognized";
  const isOfElements = rule.case === "any" || rule.case === "all";
  const inner = isOfElements ? rule.value.rule?.rule : rule;
  if (inner === undefined) return "unrecognized";
  const attribute = attributeAt(attributes, criterion.path);
  if (!isRecognized(inner)) {
    if (!isOfElements || !Array.isArray(attribute) || attribute.length > 0) return "unrecognized";
    return rule.case === "all";
  }
  const elements = elementsOf(rule, attribute);
  if (elements === undefined || !isWithinCaps(attribute)) return "invalid context";
  return rule.case === "all"
    ? elements.every((element) => holdsFor(inner, element))
    : elements.some((element) => holdsFor(inner, element));
}

/** §5.5 step D: an empty rule, or an equality without a value, is not recognized. */
function isRecognized(rule: InnerRule["rule"]): boolean {
  if (rule.case === undefined) return false;
  if (rule.case === "eq") return rule.value.value !== undefined;
  return rule.case !== "hashedSet" || rule.value.kind !== LiteralKind.UNSPECIFIED;
}

/** §5.5 step D for one element. */
function holdsFor(rule: InnerRule["rule"], element: Datum): boolean {
  switch (rule.case) {
    case "eq": {
      const literal = rule.value.value ? datumOfLiteral(rule.value.value) : undefined;
      return literal !== undefined && literal.kind !== "none" && areEqual(element, literal);
    }
    case "set":
      return rule.value.values.some((value) => areEqual(element, datumOfLiteral(value)));
    case "range":
      return isInRange(rule.value, element);
    case "startsWith":
      return element.kind === "string" && byteText(element.value).startsWith(byteText(rule.value));
    case "endsWith":
      return element.kind === "string" && byteText(element.value).endsWith(byteText(rule.value));
    case "contains":
      return element.kind === "string" && byteText(element.value).includes(byteText(rule.value));
    case "hashedSet":
      return isInHashedSet(rule.value, element);
    default:
      return false;
  }
}

/** §5.6, range: an absent bound is satisfied; both must hold for the same element. */
function isInRange({ start, end }: RangeRule, element: Datum): boolean {
  if (start.case === "startInclusive" && !isAtMost(datumOfLiteral(start.value), element)) return false;
  if (start.case === "startExclusive" && !isBelow(datumOfLiteral(start.value), element)) return false;
  if (end.case === "endInclusive" && !isAtMost(element, datumOfLiteral(end.value))) return false;
  return end.case !== "endExclusive" || isBelow(element, datumOfLiteral(end.value));
}

/** The contract's HashedSetRule: a prefix of SHA-256(salt ‖ text) is in the list. */
function isInHashedSet(rule: HashedSetRule, element: Datum): boolean {
  const text = hashedTextOf(rule.kind, element);
  if (text === undefined) return false;
  const hash = createHash("sha256")
    .update(rule.salt)
    .update(Uint8Array.from(utf8Of(text)))
    .digest("hex");
  const digits = 2 * rule.prefixBytes;
  const prefixes = Buffer.from(rule.prefixes).toString("hex");
  for (let at = 0; at + digits <= prefixes.length; at += digits) {
    if (prefixes.slice(at, at + digits) === hash.slice(0, digits)) return true;
  }
  return false;
}

/** What is hashed: nothing for an element that is not of the set's kind; negative zero equals zero (§5.6). */
function hashedTextOf(kind: LiteralKind, element: Datum): string | undefined {
  if (kind === LiteralKind.STRING && element.kind === "string") return element.value;
  if (kind === LiteralKind.VERSION && element.kind === "version") return element.value;
  if (kind === LiteralKind.NUMBER && element.kind === "number") return textOfNumber(element.value + 0);
  return undefined;
}
