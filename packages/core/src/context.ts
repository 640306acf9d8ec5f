/** The evaluation context: the attributes an evaluation reads. @module */
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

/** Attributes on all levels of a context. */
const MAX_ATTRIBUTES = 1_000;
/** Bytes of UTF-8 of one text. */
const MAX_ATTRIBUTE_BYTES = 65_536;
/** Nested objects and lists. */
export const MAX_DEPTH = 32;
/** Elements of one list. */
export const MAX_ELEMENTS = 10_000;

/**
 * The value at a path of own properties; undefined when a step is missing or leads through anything but an object.
 *
 * A context without an own `targeting_key` lends its OpenFeature `targetingKey` under that name.
 */
export function attributeAt(context: EvaluationContext, path: readonly string[]): unknown {
  const first = path[0] as string;
  let value: unknown;
  if (Object.hasOwn(context, first)) value = context[first];
  else if (first === "targeting_key") value = context.targetingKey;
  if (path.length === 1) return value;
  for (let i = 1; i < path.length; i++) {
    if (!isPlainStep(value)) return undefined;
    const step = path[i] as string;
    value = Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

function isPlainStep(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** What is left to count while a context is walked. */
interface Room {
  attributes: number;
  nodes: number;
}

/**
 * What is wrong with a context's size or shape; undefined when nothing is.
 *
 * A context with a cycle is too deep. Whatever the context's own getters throw passes through.
 */
export function contextProblem(context: EvaluationContext): string | undefined {
  return problemIn(context, 0, { attributes: MAX_ATTRIBUTES, nodes: 10 * MAX_ELEMENTS });
}

function problemIn(value: unknown, depth: number, room: Room): string | undefined {
  if (typeof value === "string") {
    return fitsUtf8(value, MAX_ATTRIBUTE_BYTES) ? undefined : `a text is longer than ${MAX_ATTRIBUTE_BYTES} bytes`;
  }
  if (typeof value !== "object" || value === null || value instanceof Date) return undefined;
  if (depth > MAX_DEPTH) return `it is nested deeper than ${MAX_DEPTH}`;
  if (Array.isArray(value)) return problemInList(value, depth, room);
  for (const key of Object.keys(value)) {
    if (--room.attributes < 0) return `it has more than ${MAX_ATTRIBUTES} attributes`;
    const problem = problemIn((value as Record<string, unknown>)[key], depth + 1, room);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemInList(list: readonly unknown[], depth: number, room: Room): string | undefined {
  room.nodes -= list.length;
  if (list.length > MAX_ELEMENTS || room.nodes < 0) return `a list has more than ${MAX_ELEMENTS} elements`;
  for (const element of list) {
    const problem = problemIn(element, depth + 1, room);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
