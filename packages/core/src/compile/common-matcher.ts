/** The conditions that flags are mostly made of, each as one closure. @module */
import type { Matcher, Run } from "../compiled-flag.js";
import type { AttributePath } from "../context.js";
import { kindOf, type Operand, orderParts, readParts, type Version } from "../operand.js";
import { readAttribute } from "../run.js";
import type { ElementRule, Range } from "../segment.js";
import { FALSE, TRUE, type Verdict } from "../verdict.js";
import { isSimple } from "./element-test.js";

/** Answers for an attribute of whatever type. */
export type MatchValue = (run: Run, value: unknown) => Verdict;

/** Units of a text that needs no counting to be known as short enough. */
const SURELY_SHORT = 1_000;

/**
 * The matcher of a set of texts, of a range of numbers or of one of versions; undefined for another rule.
 *
 * To convert and to test through closures of their own takes three times as long.
 *
 * @param matchAny - Asked about attributes of another type than the rule's literals.
 */
export function commonMatcher(path: AttributePath, rule: ElementRule, matchAny: MatchValue): Matcher | undefined {
  if (rule.case === "range") return rangeMatcher(path, rule.value, matchAny);
  if (rule.case !== "set" || rule.value.values.length === 0 || !rule.value.values.every(isSimpleText)) return undefined;
  const texts = new Set(rule.value.values);
  return (run) => {
    const value = readAttribute(run, path);
    if (typeof value !== "string" || value.length > SURELY_SHORT) return matchAny(run, value);
    return texts.has(value) ? TRUE : FALSE;
  };
}

function isSimpleText(operand: Operand): operand is string {
  return typeof operand === "string" && isSimple(operand);
}

function rangeMatcher(path: AttributePath, range: Range, matchAny: MatchValue): Matcher | undefined {
  const versions = boundsOf(range, isVersion);
  if (versions !== undefined) return versionMatcher(path, versions, matchAny);
  const numbers = boundsOf(range, isNumber);
  if (numbers === undefined) return undefined;
  const { least = Number.NEGATIVE_INFINITY, fromLeast, most = Number.POSITIVE_INFINITY, toMost } = numbers;
  return (run) => {
    const value = readAttribute(run, path);
    if (typeof value !== "number") return matchAny(run, value);
    return (fromLeast ? value >= least : value > least) && (toMost ? value <= most : value < most) ? TRUE : FALSE;
  };
}

function versionMatcher(path: AttributePath, bounds: Bounds<Version>, matchAny: MatchValue): Matcher {
  const { least, fromLeast, most, toMost } = bounds;
  return (run) => {
    const value = readAttribute(run, path);
    if (typeof value !== "string" || value.length > SURELY_SHORT) return matchAny(run, value);
    const parts = run.versionParts;
    if (run.versionSlot !== path.slot) {
      readParts(value, parts);
      run.versionSlot = path.slot;
    }
    if (least !== undefined) {
      const above = orderParts(parts, least.parts);
      if (fromLeast ? above < 0 : above <= 0) return FALSE;
    }
    if (most === undefined) return TRUE;
    const below = orderParts(parts, most.parts);
    return (toMost ? below <= 0 : below < 0) ? TRUE : FALSE;
  };
}

interface Bounds<T> {
  readonly least: T | undefined;
  /** The least itself belongs to the range. */
  readonly fromLeast: boolean;
  readonly most: T | undefined;
  readonly toMost: boolean;
}

/** The bounds of a range, if it has any and they are of one type. */
function boundsOf<T extends Operand>(
  { start, end }: Range,
  isType: (operand: Operand) => operand is T,
): Bounds<T> | undefined {
  const [least, most] = [start.value, end.value];
  if (least === undefined && most === undefined) return undefined;
  if (least !== undefined && !isType(least)) return undefined;
  if (most !== undefined && !isType(most)) return undefined;
  return { least, fromLeast: start.case !== "startExclusive", most, toMost: end.case !== "endExclusive" };
}

function isNumber(operand: Operand): operand is number {
  return typeof operand === "number";
}

function isVersion(operand: Operand): operand is Version {
  return kindOf(operand) === "version";
}
