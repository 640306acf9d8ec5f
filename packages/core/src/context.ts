/** The evaluation context: the attributes an evaluation reads. @module */
import type { TextNumbers } from "./text-bits.js";
import { fitsUtf8 } from "./utf8.js";

/**
 * What an evaluation knows of its subject: a targeting key and any other attributes.
 *
 * Attributes are JSON values; a `Date` counts as its ISO 8601 text, and what JSON cannot hold counts as absent.
 * Read, never changed, never kept.
 */
export interface EvaluationContext {
  /** Who or what the flag is evaluated for; the default unit of percentage splits. */
  readonly targetingKey?: string;
  readonly [attribute: string]: unknown;
}

/** Bytes of UTF-8 of one text. */
const MAX_TEXT_BYTES = 65_536;
/** Lists within lists. */
const MAX_DEPTH = 32;
/** Elements of one list. */
const MAX_ELEMENTS = 10_000;

/** A dotted path to an attribute, taken apart once for all conditions of a flag set. */
export interface AttributePath {
  readonly text: string;
  readonly steps: readonly string[];
  /** Its place among the paths of the flag set. */
  readonly slot: number;
  /** The texts that conditions compare it with. */
  readonly texts: TextNumbers;
}

/** Takes a dotted path apart. */
export function attributePath(text: string, slot: number): AttributePath {
  return { text, steps: text.split("."), slot, texts: new Map() };
}

/**
 * The value at a path of own properties; undefined when a step is missing or leads through anything but an object.
 *
 * A context without an own `targeting_key` lends its OpenFeature `targetingKey` under that name.
 */
export function attributeAt(context: EvaluationContext, { steps }: AttributePath): unknown {
  const first = steps[0] as string;
  let value = context[first];
  if (value === undefined || !Object.hasOwn(context, first)) {
    const isLent = first === "targeting_key" && !Object.hasOwn(context, first);
    value = isLent ? context.targetingKey : undefined;
  }
  for (let i = 1; i < steps.length; i++) {
    const step = steps[i] as string;
    value = isPlainStep(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

function isPlainStep(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Whether a text is short enough to be looked at. */
export function isWithinTextCap(text: string): boolean {
  return fitsUtf8(text, MAX_TEXT_BYTES);
}

/** Units of a long text that are looked at in one step: a condition on the longest text takes a fiftieth of the budget. */
const UNITS_PER_STEP = 32;
const LONG_TEXT = 1_000;

/**
 * The steps that it takes to look at a text: none for short ones.
 *
 * Without them, ten thousand conditions on one text of 64 KiB take seconds. Texts beyond the cap are not looked at.
 */
export function stepsOfText(text: string): number {
  return text.length > LONG_TEXT && text.length <= MAX_TEXT_BYTES ? Math.ceil(text.length / UNITS_PER_STEP) : 0;
}

/**
 * What is wrong with the size or the shape of a list; undefined when nothing is.
 *
 * @param count - Told of steps: one for each element, of this list and those inside, and those of long texts in them;
 * answers whether to go on.
 */
export function listProblem(
  list: readonly unknown[],
  count: (steps: number) => boolean,
  depth = 1,
): string | undefined {
  if (depth > MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH}`;
  if (list.length > MAX_ELEMENTS) return `has a list of more than ${MAX_ELEMENTS} elements`;
  if (!count(list.length)) return undefined;
  for (const element of list) {
    if (typeof element === "string" && element.length > LONG_TEXT && !count(stepsOfText(element))) return undefined;
    const isLong = typeof element === "string" && !isWithinTextCap(element);
    const problem = isLong ? tooLong : Array.isArray(element) ? listProblem(element, count, depth + 1) : undefined;
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** What is wrong with a text beyond the cap. */
export const tooLong: string = `has a text of more than ${MAX_TEXT_BYTES} bytes`;
