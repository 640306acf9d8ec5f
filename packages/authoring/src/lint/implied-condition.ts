/** Whether one condition is true wherever another is, as far as that can be shown simply. @module */
import type { Condition } from "../condition.js";

/** How many pairs of conditions are looked at: parts within parts on both sides are more than anybody could wait for. */
const MAX_PAIRS = 10_000;

/** A look at two conditions. */
interface Search {
  pairsLeft: number;
  /** Conditions as text, for comparison. */
  readonly texts: Map<Condition, string>;
}

/**
 * Whether `wide` is certainly true wherever `narrow` is.
 *
 * Shown only where it is plain to see: equal conditions, a part of `all`, a member of `any`, a shorter list. False means
 * that it could not be shown, or not soon.
 *
 * @param narrow - Undefined: everybody.
 * @param wide - Undefined: everybody.
 */
export function isImplied(narrow: Condition | undefined, wide: Condition | undefined): boolean {
  if (wide === undefined) return true;
  return narrow !== undefined && isShown(narrow, wide, { pairsLeft: MAX_PAIRS, texts: new Map() });
}

function isShown(narrow: Condition, wide: Condition, search: Search): boolean {
  if (search.pairsLeft-- <= 0) return false;
  if (textOf(narrow, search) === textOf(wide, search)) return true;
  if ("any" in narrow && narrow.any.every((inner) => isShown(inner, wide, search))) return true;
  if ("all" in wide && wide.all.every((inner) => isShown(narrow, inner, search))) return true;
  if ("all" in narrow && narrow.all.some((inner) => isShown(inner, wide, search))) return true;
  if ("any" in wide && wide.any.some((inner) => isShown(narrow, inner, search))) return true;
  return isShorterList(narrow, wide);
}

function textOf(condition: Condition, { texts }: Search): string {
  const known = texts.get(condition);
  if (known !== undefined) return known;
  const text = JSON.stringify(condition);
  texts.set(condition, text);
  return text;
}

/** An element of a list, or fewer elements of it. */
function isShorterList(narrow: Condition, wide: Condition): boolean {
  if (!("attribute" in narrow && "attribute" in wide)) return false;
  if (narrow.attribute !== wide.attribute || narrow.as !== wide.as || wide.in === undefined) return false;
  const elements = narrow.in ?? (narrow.equals === undefined ? undefined : [narrow.equals]);
  const known = new Set(wide.in);
  return elements?.every((element) => known.has(element)) ?? false;
}
