/** What differs between two conditions: elements of a list by name, everything else as before and after. @module */
import type { Criterion, Targeting } from "@aplomb/proto/bundle";
import { describeTargeting } from "./describe-targeting.js";
import { listText, literalText, printable } from "./plain-text.js";

/**
 * The difference in words.
 *
 * Where the two are alike but for the elements of lists, only what came and went is said: a list of a thousand accounts
 * with one more is not shown twice.
 *
 * @returns undefined if they say the same.
 */
export function diffTargeting(before: Targeting | undefined, after: Targeting | undefined): string | undefined {
  if (shapeOf(before, true) === shapeOf(after, true)) return undefined;
  const isListed = before !== undefined && after !== undefined && shapeOf(before, false) === shapeOf(after, false);
  if (isListed) return listChanges(before.criteria, after.criteria).join("; ");
  const [was, is] = [describeTargeting(before), describeTargeting(after)];
  return was === is ? `${is}, with other values than before` : `${was} → ${is}`;
}

/** The condition as text for comparison, with or without the elements of its lists. */
function shapeOf(targeting: Targeting | undefined, withElements: boolean): string {
  if (targeting === undefined) return "";
  return JSON.stringify([targeting.criteria, targeting.expression], (name, value: unknown) => {
    if (typeof value === "bigint") return String(value);
    if (name === "$typeName" || name === "$unknown") return undefined;
    return withElements || !isSetRule(value) ? value : "a list";
  });
}

function isSetRule(value: unknown): boolean {
  return typeof value === "object" && value !== null && "case" in value && value.case === "set";
}

function listChanges(before: readonly Criterion[], after: readonly Criterion[]): string[] {
  return before.flatMap((criterion, index) => {
    const [old, now] = [elementsOf(criterion), elementsOf(after[index])];
    if (old === undefined || now === undefined) return [];
    const [known, kept] = [new Set(old.elements), new Set(now.elements)];
    const added = now.elements.filter((element) => !known.has(element));
    const removed = old.elements.filter((element) => !kept.has(element));
    if (added.length + removed.length === 0) {
      const inOrder = old.elements.every((element, place) => element === now.elements[place]);
      return inOrder && old.elements.length === now.elements.length ? [] : [`${now.path}: the list in another order`];
    }
    return [
      `${now.path}: ${[
        ...(added.length > 0 ? [`${listText(added)} added`] : []),
        ...(removed.length > 0 ? [`${listText(removed)} removed`] : []),
      ].join(", ")}`,
    ];
  });
}

function elementsOf(criterion: Criterion | undefined): { path: string; elements: string[] } | undefined {
  if (criterion?.kind.case !== "attribute") return undefined;
  const { path, rule } = criterion.kind.value;
  return rule.case === "set" ? { path: printable(path), elements: rule.value.values.map(literalText) } : undefined;
}
