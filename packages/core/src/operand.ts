/** What targeting compares: literals of rules, and attributes converted to a literal's type. @module */
import { compareUtf8 } from "./utf8.js";

/** A moment: seconds since 1970 UTC and nanoseconds beyond, not normalised. */
export interface Moment {
  readonly kind: "moment";
  readonly seconds: number;
  readonly nanos: number;
}

/** Major, minor, patch and build number. */
export type VersionParts = [number, number, number, number];

/** A version: equal by its text, ordered by its parts. */
export interface Version {
  readonly kind: "version";
  readonly text: string;
  readonly parts: Readonly<VersionParts>;
}

/** One side of a comparison. Null is "no value": equal only to itself, ordered with nothing. */
export type Operand = string | number | boolean | Moment | Version | readonly Operand[] | null;

/** The types an attribute can be converted to; "none" for a literal that has no type. */
export type OperandKind = "boolean" | "number" | "string" | "moment" | "version" | "list" | "none";

/** The kind of an operand. */
export function kindOf(operand: Operand | undefined): OperandKind {
  if (operand === undefined || operand === null) return "none";
  if (typeof operand !== "object") return typeof operand as "boolean" | "number" | "string";
  return isVersionOrMoment(operand) ? operand.kind : "list";
}

function isVersionOrMoment(operand: Moment | Version | readonly Operand[]): operand is Moment | Version {
  return !Array.isArray(operand);
}

/** Whether two operands are of one kind and equal: numbers as IEEE says, versions by text, lists element by element. */
export function equals(a: Operand, b: Operand): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (isVersionOrMoment(a)) {
    if (!isVersionOrMoment(b)) return false;
    if (a.kind === "version") return b.kind === "version" && a.text === b.text;
    return b.kind === "moment" && a.seconds === b.seconds && a.nanos === b.nanos;
  }
  if (isVersionOrMoment(b) || a.length !== b.length) return false;
  return a.every((element, i) => equals(element, b[i] ?? null));
}

/**
 * Orders two operands: below, at or above zero.
 *
 * @returns NaN where there is no order: different kinds, booleans, lists, NaN, no value.
 */
export function order(a: Operand, b: Operand): number {
  if (typeof a === "number")
    return typeof b === "number" ? (a < b ? -1 : a > b ? 1 : a === b ? 0 : Number.NaN) : Number.NaN;
  if (typeof a === "string") return typeof b === "string" ? compareUtf8(a, b) : Number.NaN;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return Number.NaN;
  if (!isVersionOrMoment(a) || !isVersionOrMoment(b)) return Number.NaN;
  if (a.kind === "version") return b.kind === "version" ? orderParts(a.parts, b.parts) : Number.NaN;
  if (b.kind !== "moment") return Number.NaN;
  return a.seconds === b.seconds ? a.nanos - b.nanos : a.seconds < b.seconds ? -1 : 1;
}

/** Orders the parts of two versions: below, at or above zero. */
export function orderParts(a: Readonly<VersionParts>, b: Readonly<VersionParts>): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3];
}

/**
 * A version of a text, whatever the text.
 *
 * What follows the first `-` does not count. Two to four parts of one to ten digits; of three parts, the last is a patch
 * number up to three digits long and a build number beyond. A text of any other form is ordered as 0.0.0.0.
 *
 * @example versionOf("1.2.3-rc1").parts // [1, 2, 3, 0]
 */
export function versionOf(text: string): Version {
  const parts: VersionParts = [0, 0, 0, 0];
  readParts(text, parts);
  return { kind: "version", text, parts };
}

// Distances from the digit 0.
const DOT = -2;
const DASH = -3;

/** Reads the parts of a version, without making anything. */
export function readParts(text: string, parts: VersionParts): void {
  parts[0] = parts[1] = parts[2] = parts[3] = 0;
  let place = 0;
  let digits = 0;
  let part = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit >= 0 && digit <= 9 && digits < 10) {
      part = part * 10 + digit;
      digits++;
    } else if (digit === DOT && digits > 0 && place < 3) {
      parts[place++] = part;
      part = digits = 0;
    } else if (digit === DASH) break;
    else {
      digits = 0;
      break;
    }
  }
  if (digits === 0 || place === 0) parts[0] = parts[1] = parts[2] = parts[3] = 0;
  else parts[place === 2 && digits > 3 ? 3 : place] = part;
}
