/** Typed values that criteria compare, their equality and their order: section 5.6. @module */
import type { Value } from "@aplomb/proto/bundle";
import type { Moment } from "./timestamp.js";
import { byteText } from "./utf8.js";
import { versionTuple } from "./version.js";

/** A typed value; the kind `none` is a value that is not set. */
export type Datum =
  | { readonly kind: "none" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "timestamp"; readonly value: Moment }
  | { readonly kind: "version"; readonly value: string }
  | { readonly kind: "list"; readonly value: readonly Datum[] };

/** The literal of a rule, used as given: rule-side timestamps are not normalised (§5.9, last item). */
export function datumOfLiteral(literal: Value): Datum {
  const { kind } = literal;
  if (kind.case === undefined) return { kind: "none" };
  if (kind.case === "timestamp") {
    return { kind: "timestamp", value: { seconds: kind.value.seconds, nanos: kind.value.nanos } };
  }
  if (kind.case === "list") return { kind: "list", value: kind.value.values.map(datumOfLiteral) };
  return { kind: kind.case, value: kind.value } as Datum;
}

/** Same kind and equal content (§5.6, equality). */
export function areEqual(left: Datum, right: Datum): boolean {
  if (left.kind === "none") return right.kind === "none";
  if (left.kind === "list") {
    if (right.kind !== "list" || left.value.length !== right.value.length) return false;
    return left.value.every((element, index) => areEqual(element, right.value[index] as Datum));
  }
  if (left.kind === "timestamp") {
    if (right.kind !== "timestamp") return false;
    return left.value.seconds === right.value.seconds && left.value.nanos === right.value.nanos;
  }
  return left.kind === right.kind && left.value === right.value;
}

/** Whether left is below right; false for every pair that has no order (§5.6, order). */
export function isBelow(left: Datum, right: Datum): boolean {
  if (left.kind === "number" && right.kind === "number") return left.value < right.value;
  if (left.kind === "string" && right.kind === "string") return byteText(left.value) < byteText(right.value);
  if (left.kind === "timestamp" && right.kind === "timestamp") {
    if (left.value.seconds !== right.value.seconds) return left.value.seconds < right.value.seconds;
    return left.value.nanos < right.value.nanos;
  }
  if (left.kind === "version" && right.kind === "version") return compareVersions(left.value, right.value) < 0;
  return false;
}

/** Whether left is at most right: below it, or at the same place in its order (§5.6, order). */
export function isAtMost(left: Datum, right: Datum): boolean {
  if (isBelow(left, right)) return true;
  if (left.kind === "version" && right.kind === "version") return compareVersions(left.value, right.value) === 0;
  const isOrdered = left.kind === "number" || left.kind === "string" || left.kind === "timestamp";
  return isOrdered && areEqual(left, right);
}

/** Tuples compare lexicographically (§5.6, versions). */
function compareVersions(left: string, right: string): number {
  const rightTuple = versionTuple(right);
  for (const [index, part] of versionTuple(left).entries()) {
    const other = rightTuple[index] as number;
    if (part !== other) return part - other;
  }
  return 0;
}
