/** Whether one condition is true wherever another is, as far as that can be shown simply. @module */
import type { Condition } from "../condition.js";

/**
 * Whether `wide` is certainly true wherever `narrow` is.
 *
 * Shown only where it is plain to see: equal conditions, a part of `all`, a member of `any`, a shorter list. False means
 * that it could not be shown.
 *
 * @param narrow - Undefined: everybody.
 * @param wide - Undefined: everybody.
 */
export function isImplied(narrow: Condition | undefined, wide: Condition | undefined): boolean {
  if (wide === undefined) return true;
  if (narrow === undefined) return false;
  if (JSON.stringify(narrow) === JSON.stringify(wide)) return true;
  if ("any" in narrow && narrow.any.every((inner) => isImplied(inner, wide))) return true;
  if ("all" in wide && wide.all.every((inner) => isImplied(narrow, inner))) return true;
  if ("all" in narrow && narrow.all.some((inner) => isImplied(inner, wide))) return true;
  if ("any" in wide && wide.any.some((inner) => isImplied(narrow, inner))) return true;
  return isShorterList(narrow, wide);
}

/** An element of a list, or fewer elements of it. */
function isShorterList(narrow: Condition, wide: Condition): boolean {
  if (!("attribute" in narrow && "attribute" in wide)) return false;
  if (narrow.attribute !== wide.attribute || narrow.as !== wide.as || wide.in === undefined) return false;
  const elements = narrow.in ?? (narrow.equals === undefined ? undefined : [narrow.equals]);
  const known = new Set(wide.in);
  return elements?.every((element) => known.has(element)) ?? false;
}
