/** The unit of a rule: section 4, step 4. @module */
import type { Rule } from "@aplomb/proto/bundle";
import { type AttributeMap, attributeAt } from "./context.js";
import { utf8Of } from "./utf8.js";

/** A unit, none, or an attribute that cannot be one. */
export type RuleUnit =
  | { readonly kind: "unit"; readonly text: string }
  | { readonly kind: "none" }
  | { readonly kind: "invalid" };

/** §4 step 4: the unit that a rule's selector finds; a blank selector is `targeting_key`. */
export function unitOf(attributes: AttributeMap, rule: Rule): RuleUnit {
  const value = attributeAt(attributes, rule.unitSelector === "" ? "targeting_key" : rule.unitSelector);
  if (value === undefined || value === null) return { kind: "none" };
  if (typeof value === "string") return shortUnit(value);
  if (typeof value !== "number" || !Number.isInteger(value)) return { kind: "invalid" };
  return shortUnit(Object.is(value, -0) ? "-0" : BigInt(value).toString());
}

function shortUnit(text: string): RuleUnit {
  return utf8Of(text).length > 100 ? { kind: "invalid" } : { kind: "unit", text };
}
