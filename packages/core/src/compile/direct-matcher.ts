/** The conditions that flags are mostly made of, each as one closure. @module */
import type { Matcher, Run } from "../compiled-flag.js";
import type { AttributePath } from "../context.js";
import { kindOf, type Operand, orderParts, readParts, type Version } from "../operand.js";
import { readAttribute } from "../run.js";
import type { ElementRule, Range } from "../segment.js";
import { hasBit, textBits } from "../text-bits.js";
import { FALSE, TRUE, type Verdict } from "../verdict.js";
import { type ElementTest, isSimple } from "./element-test.js";

/** A condition on an attribute. */
export interface Condition {
  readonly path: AttributePath;
  readonly rule: ElementRule;
  /** Every element of a list has to satisfy the rule, not just any. */
  readonly all: boolean;
  /** Prepared when an attribute of another type than the rule's literals comes. */
  test: ElementTest | undefined;
  /** Answers for an attribute of whatever type. */
  readonly matchAny: (run: Run, condition: Condition, value: unknown) => Verdict;
}

/** Units of a text that needs no counting to be known as short enough. */
const SURELY_SHORT = 1_000;

/**
 * The matcher of a set of texts, of a range of numbers or of one of versions; undefined for another rule.
 *
 * To convert and to test through closures of their own takes three times as long.
 */
export function directMatcher(condition: Condition): Matcher | undefined {
  const { path, rule } = condition;
  if (rule.case === "range") return rangeMatcher(condition, rule.value);
  if (rule.case !== "set" || rule.value.values.length === 0 || !rule.value.values.every(isSimpleText)) return undefined;
  const bits = textBits(rule.value.values, path.texts);
  return bits === undefined ? setMatcher(condition, rule.value.values) : bitMatcher(condition, bits);
}

/** Ten sets on one attribute, as many flags have, are one lookup and ten bits. */
function bitMatcher(condition: Condition, bits: readonly number[]): Matcher {
  const { path } = condition;
  const { slot, texts } = path;
  return (run) => {
    let number = run.textNumbers[slot];
    if (number === undefined) {
      const value = readAttribute(run, path);
      if (typeof value !== "string" || value.length > SURELY_SHORT) return condition.matchAny(run, condition, value);
      number = texts.get(value);
      // A text without a number may yet get one, from a segment that is compiled later.
      if (number === undefined) return FALSE;
      run.textNumbers[slot] = number;
    }
    return hasBit(bits, number) ? TRUE : FALSE;
  };
}

function setMatcher(condition: Condition, values: readonly string[]): Matcher {
  const { path } = condition;
  const texts = new Set(values);
  return (run) => {
    const value = readAttribute(run, path);
    if (typeof value !== "string" || value.length > SURELY_SHORT) return condition.matchAny(run, condition, value);
    return texts.has(value) ? TRUE : FALSE;
  };
}

function isSimpleText(operand: Operand): operand is string {
  return typeof operand === "string" && isSimple(operand);
}

function rangeMatcher(condition: Condition, range: Range): Matcher | undefined {
  const versions = boundsOf(range, isVersion);
  if (versions !== undefined) return versionMatcher(condition, versions);
  const numbers = boundsOf(range, isNumber);
  if (numbers === undefined) return undefined;
  const { path } = condition;
  const { least = Number.NEGATIVE_INFINITY, fromLeast, most = Number.POSITIVE_INFINITY, toMost } = numbers;
  return (run) => {
    const value = readAttribute(run, path);
    if (typeof value !== "number") return condition.matchAny(run, condition, value);
    return (fromLeast ? value >= least : value > least) && (toMost ? value <= most : value < most) ? TRUE : FALSE;
  };
}

function versionMatcher(condition: Condition, bounds: Bounds<Version>): Matcher {
  const { path } = condition;
  const { least, fromLeast, most, toMost } = bounds;
  const { slot } = path;
  return (run) => {
    const parts = run.versionParts;
    if (run.versionSlot !== slot) {
      const value = readAttribute(run, path);
      if (typeof value !== "string" || value.length > SURELY_SHORT) return condition.matchAny(run, condition, value);
      readParts(value, parts);
      run.versionSlot = slot;
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
