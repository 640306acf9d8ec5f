/** Tests of one converted element: equality, sets, ranges, parts of texts, hashed sets. @module */
import { equals, kindOf, type Operand, order } from "../operand.js";
import type { ElementRule, HashedSet, Range } from "../segment.js";
import { sha256Of } from "../sha256.js";
import { utf8Of, wellFormed } from "../utf8.js";
import { type Convert, convertText, convertTo } from "./convert.js";
import { numberText } from "./number-text.js";
import { textSearch } from "./text-search.js";

const HASHED_KINDS = [undefined, "string", "number", "version"] as const;
type HashedKind = "string" | "number" | "version";

/** How a rule looks at an attribute: the conversion, and the test of each element. */
export interface ElementTest {
  readonly convert: Convert;
  readonly holds: (element: Operand) => boolean;
}

/** Whether anybody can evaluate a rule. */
export function isUnderstood(rule: ElementRule): boolean {
  if (rule.case === "eq") return rule.value.value !== undefined;
  if (rule.case === "hashedSet") return HASHED_KINDS[rule.value.kind] !== undefined;
  return rule.case !== undefined;
}

/** Prepares a rule that is understood. */
export function elementTest(rule: ElementRule): ElementTest {
  switch (rule.case) {
    case "eq":
      return converting(rule.value.value, oneOf([rule.value.value ?? null]));
    case "set":
      return converting(rule.value.values[0], oneOf(rule.value.values));
    case "range": {
      const { start, end } = rule.value;
      return converting(start.value === undefined ? end.value : start.value, within(rule.value));
    }
    case "hashedSet": {
      const kind = HASHED_KINDS[rule.value.kind] ?? "string";
      return { convert: convertTo(kind), holds: oneOfHashed(rule.value, kind) };
    }
    case undefined:
      return { convert: convertText, holds: () => false };
    default:
      return { convert: convertText, holds: partOfText(rule.case, rule.value) };
  }
}

/** The conversion to the type of a literal, for a test. */
function converting(literal: Operand | undefined, holds: ElementTest["holds"]): ElementTest {
  return { convert: convertTo(kindOf(literal)), holds };
}

/** Membership: texts and numbers by lookup, everything else one by one. */
function oneOf(values: readonly Operand[]): ElementTest["holds"] {
  const known = values.filter((value) => value !== null);
  if (known.every(isSimple)) {
    const set: ReadonlySet<Operand> = new Set(known);
    return (element) => set.has(element);
  }
  return (element) => {
    const compared = typeof element === "string" ? wellFormed(element) : element;
    return known.some((value) => equals(value, compared));
  };
}

/** Whether equality is identity. Texts on the wire are well-formed, so that only U+FFFD can equal a text that is not. */
export function isSimple(value: Operand): value is string | number {
  return typeof value === "string" ? !value.includes("\ufffd") : typeof value === "number" && !Number.isNaN(value);
}

/** Between bounds. */
function within({ start, end }: Range): ElementTest["holds"] {
  const fromStart = start.case === "startInclusive";
  const toEnd = end.case === "endInclusive";
  const [least, most] = [start.value, end.value];
  return (element) => {
    if (least !== undefined) {
      const above = order(element, least);
      if (!(fromStart ? above >= 0 : above > 0)) return false;
    }
    if (most === undefined) return true;
    const below = order(element, most);
    return toEnd ? below <= 0 : below < 0;
  };
}

function partOfText(kind: "startsWith" | "endsWith" | "contains", text: string): (element: Operand) => boolean {
  const isIn = textSearch(text);
  const found = (element: string): boolean => {
    if (kind === "startsWith") return element.startsWith(text);
    return kind === "endsWith" ? element.endsWith(text) : isIn(element);
  };
  if (!text.includes("\ufffd")) return (element) => typeof element === "string" && found(element);
  return (element) => typeof element === "string" && found(wellFormed(element));
}

/** Membership among literals that are only known by the heads of their salted hashes. */
function oneOfHashed(rule: HashedSet, literal: HashedKind): ElementTest["holds"] {
  const { salt, prefixBytes, prefixes } = rule;
  const count = prefixBytes > 0 ? Math.floor(prefixes.length / prefixBytes) : 0;
  return (element) => {
    const text = hashedText(element, literal);
    if (text === undefined) return false;
    const bytes = utf8Of(text);
    const salted = new Uint8Array(salt.length + bytes.length);
    salted.set(salt);
    salted.set(bytes, salt.length);
    return includesPrefix(prefixes, prefixBytes, count, sha256Of(salted));
  };
}

/** What of an element is hashed; undefined for an element that equals no literal of the kind. */
function hashedText(element: Operand, literal: HashedKind): string | undefined {
  if (kindOf(element) !== literal) return undefined;
  if (typeof element === "number") return Number.isNaN(element) ? undefined : numberText(element === 0 ? 0 : element);
  if (typeof element === "string") return element;
  return element !== null && typeof element === "object" && "text" in element ? element.text : undefined;
}

/** Binary search in sorted prefixes of one length. */
function includesPrefix(prefixes: Uint8Array, size: number, count: number, digest: Uint8Array): boolean {
  let low = 0;
  let high = count - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    let difference = 0;
    for (let i = 0; i < size && difference === 0; i++) {
      difference = (prefixes[middle * size + i] as number) - (digest[i] as number);
    }
    if (difference === 0) return true;
    if (difference < 0) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
