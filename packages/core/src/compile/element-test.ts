/** Tests of one converted element: equality, sets, ranges, parts of texts, hashed sets. @module */
import { equals, kindOf, type Operand, order } from "../operand.js";
import type { ElementRule, HashedSet, Range } from "../segment.js";
import { sha256Of } from "../sha256.js";
import { utf8Of, wellFormed } from "../utf8.js";
import { type Convert, convertText, convertTo } from "./convert.js";
import { operandOf } from "./literal.js";
import { numberText } from "./number-text.js";

const HASHED_KINDS = [undefined, "string", "number", "version"] as const;
type HashedKind = "string" | "number" | "version";

/** How a rule looks at an attribute: the conversion, and the test of each element. */
export interface ElementTest {
  readonly convert: Convert;
  readonly test: (element: Operand) => boolean;
}

/** Prepares a rule. "abandon" for one that nobody can evaluate. */
export function elementTest(rule: ElementRule): ElementTest | "abandon" {
  switch (rule.case) {
    case "eq":
      return rule.value.value === undefined ? "abandon" : oneOf([operandOf(rule.value.value)]);
    case "set":
      return oneOf(rule.value.values.map(operandOf));
    case "range":
      return within(rule.value);
    case "hashedSet": {
      const kind = HASHED_KINDS[rule.value.kind];
      return kind === undefined ? "abandon" : oneOfHashed(rule.value, kind);
    }
    case undefined:
      return "abandon";
    default:
      return { convert: convertText, test: partOfText(rule.case, rule.value) };
  }
}

/** Membership: texts and numbers by lookup, everything else one by one. */
function oneOf(values: readonly Operand[]): ElementTest {
  const convert = convertTo(kindOf(values[0]));
  const known = values.filter((value) => value !== null);
  const simple: Operand[] = known.filter((value) => typeof value === "string" || typeof value === "number");
  const [only] = simple;
  if (simple.length < known.length || simple.some(Number.isNaN)) {
    return { convert, test: (element) => known.some((value) => equals(value, element)) };
  }
  // Texts on the wire are well-formed, so only U+FFFD can be equal to a text that is not.
  if (simple.some((value) => typeof value === "string" && value.includes("\ufffd"))) {
    return { convert, test: (element) => simple.includes(typeof element === "string" ? wellFormed(element) : element) };
  }
  if (only !== undefined && simple.length === 1) return { convert, test: (element) => element === only };
  const set: ReadonlySet<Operand> = new Set(simple);
  return { convert, test: (element) => set.has(element) };
}

/** Between bounds. The start's type decides the conversion; without a start, the end's. */
function within(range: Range): ElementTest {
  const start = range.start.value && operandOf(range.start.value);
  const end = range.end.value && operandOf(range.end.value);
  const fromStart = range.start.case === "startInclusive";
  const toEnd = range.end.case === "endInclusive";
  return {
    convert: convertTo(kindOf(start === undefined ? end : start)),
    test: (element) => {
      if (start !== undefined) {
        const above = order(element, start);
        if (!(fromStart ? above >= 0 : above > 0)) return false;
      }
      if (end === undefined) return true;
      const below = order(element, end);
      return toEnd ? below <= 0 : below < 0;
    },
  };
}

function partOfText(kind: "startsWith" | "endsWith" | "contains", text: string): (element: Operand) => boolean {
  const found = (element: string): boolean => {
    if (kind === "startsWith") return element.startsWith(text);
    return kind === "endsWith" ? element.endsWith(text) : element.includes(text);
  };
  if (!text.includes("\ufffd")) return (element) => typeof element === "string" && found(element);
  return (element) => typeof element === "string" && found(wellFormed(element));
}

/** Membership among literals that are only known by the heads of their salted hashes. */
function oneOfHashed(rule: HashedSet, literal: HashedKind): ElementTest {
  const { salt, prefixBytes, prefixes } = rule;
  const count = prefixBytes > 0 ? Math.floor(prefixes.length / prefixBytes) : 0;
  return {
    convert: convertTo(literal),
    test: (element) => {
      const text = hashedText(element, literal);
      if (text === undefined) return false;
      const bytes = utf8Of(text);
      const salted = new Uint8Array(salt.length + bytes.length);
      salted.set(salt);
      salted.set(bytes, salt.length);
      return includesPrefix(prefixes, prefixBytes, count, sha256Of(salted));
    },
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
