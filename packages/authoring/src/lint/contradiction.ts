/** Finds conditions that cannot be true, as far as that can be shown simply. @module */
import type { AttributeCondition, Condition, Literal } from "../condition.js";
import { isImplied } from "./implied-condition.js";

const MAX_PARTS = 64;

/**
 * Why a condition cannot be true, as a sentence without a full stop.
 *
 * Looks at the parts that must all be true together: a part and its own negation, two texts one attribute would have to
 * equal, bounds with nothing between them.
 *
 * @returns undefined if it could not be shown.
 */
export function contradictionIn(condition: Condition): string | undefined {
  if ("any" in condition) {
    const reasons = condition.any.map(contradictionIn);
    return reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined;
  }
  const parts = partsOf(condition).slice(0, MAX_PARTS);
  for (const [index, part] of parts.entries()) {
    const inner = "any" in part ? contradictionIn(part) : undefined;
    if (inner !== undefined) return inner;
    for (const other of parts.slice(index + 1)) {
      const reason = clashOf(part, other);
      if (reason !== undefined) return reason;
    }
  }
  return undefined;
}

/** The parts that must all be true, `all` inside `all` included. */
function partsOf(condition: Condition): Condition[] {
  if ("all" in condition) return condition.all.flatMap(partsOf);
  return "not" in condition && "not" in condition.not ? partsOf(condition.not.not) : [condition];
}

function clashOf(part: Condition, other: Condition): string | undefined {
  for (const [yes, no] of [
    [part, other],
    [other, part],
  ] as const) {
    if ("not" in no && isImplied(yes, no.not)) return `${nameOf(no.not)} and its opposite cannot both be true`;
  }
  if (!("attribute" in part && "attribute" in other) || part.attribute !== other.attribute) return undefined;
  // A list satisfies each with another element; that is said, because nothing here says what is a list.
  return literalClash(part, other) ?? literalClash(other, part);
}

function nameOf(condition: Condition): string {
  if ("inSegment" in condition) return `inSegment: ${condition.inSegment}`;
  return "attribute" in condition ? `the test of ${condition.attribute}` : "a condition";
}

/** One must equal a literal that the other excludes. */
function literalClash(exact: AttributeCondition, other: AttributeCondition): string | undefined {
  const literals = exact.in ?? (exact.equals === undefined ? [] : [exact.equals]);
  if (literals.length === 0 || literals.some((literal) => mayHold(literal, exact, other)))
    return boundsClash(exact, other);
  return `no single value of ${exact.attribute} satisfies both tests of it`;
}

/** Whether a value that equals the literal may satisfy the other test; true where it cannot be told. */
function mayHold(literal: Literal, exact: AttributeCondition, other: AttributeCondition): boolean {
  if (exact.as !== undefined || other.as !== undefined) return true;
  if (other.equals !== undefined) return typeof other.equals !== typeof literal || other.equals === literal;
  if (other.in !== undefined) return other.in.some((known) => typeof known !== typeof literal || known === literal);
  if (typeof literal === "number") return isWithin(literal, other);
  if (typeof literal !== "string") return true;
  if (other.startsWith !== undefined) return literal.startsWith(other.startsWith);
  if (other.endsWith !== undefined) return literal.endsWith(other.endsWith);
  return other.contains === undefined || literal.includes(other.contains);
}

function isWithin(value: number, { atLeast, above, atMost, below }: AttributeCondition): boolean {
  return (
    !(typeof atLeast === "number" && value < atLeast) &&
    !(typeof above === "number" && value <= above) &&
    !(typeof atMost === "number" && value > atMost) &&
    !(typeof below === "number" && value >= below)
  );
}

/** A lower bound of one that is not below an upper bound of the other. */
function boundsClash(part: AttributeCondition, other: AttributeCondition): string | undefined {
  const [lower, upper] = [part.atLeast ?? part.above, other.atMost ?? other.below];
  if (typeof lower !== "number" || typeof upper !== "number") return undefined;
  const isOpen = part.above !== undefined || other.below !== undefined;
  if (lower < upper || (lower === upper && !isOpen)) return undefined;
  return `no single value of ${part.attribute} satisfies both tests of it`;
}
