/** Every way to ask a flag set, each with what must hold of whatever answer comes. @module */
import {
  type EvaluationContext,
  type EvaluationDetails,
  evaluate,
  evaluateAll,
  evaluateValue,
  explain,
  type FlagSet,
  type JsonValue,
  type ResolveOptions,
  redactExplanation,
  resolve,
} from "@aplomb/core";

/**
 * Asks about some keys with defaults of every type.
 *
 * @param make - Makes the context anew for each question, since hostile ones can be read but once.
 * @returns What is wrong with the answers.
 */
export type Question = (set: FlagSet, make: () => EvaluationContext, options?: ResolveOptions) => string[];

/** Keys with and without paths, of flags that are there and of none, and defaults of every type. */
const READS: readonly (readonly [key: string, defaultValue: JsonValue])[] = [
  ["f", {}],
  ["f", { deep: { a: 0 } }],
  ["f", [""]],
  ["f.on", true],
  ["f.size", 0],
  ["f.deep.a", null],
  ["g.list", [1]],
  ["g.extra", ""],
  ["h.deep", { a: 1, b: { c: "" } }],
  ["missing.on", true],
  ["f.__proto__.on", 1],
  ["constructor.name", ""],
  ["", "?"],
];

/** The keys of every flag, and some of none. */
function keysOf(set: FlagSet): Set<string> {
  return new Set([...set.flagKeys, "f.on", "missing", "__proto__", ""]);
}

function readsOf(set: FlagSet): typeof READS {
  return [...READS, ...[...set.flagKeys].map((key) => [key, false] as const)];
}

/** The questions by the name of the function that is asked. */
export const QUESTIONS: Readonly<
  Record<"evaluate" | "evaluateValue" | "resolve" | "evaluateAll" | "explain", Question>
> = {
  evaluate: (set, make, options) =>
    readsOf(set).flatMap(([key, like]) => problemsOf(evaluate<JsonValue>(set, key, like, make(), options), key, like)),
  evaluateValue: (set, make, options) =>
    readsOf(set)
      .filter(([key, like]) => !hasTypeOf(evaluateValue<JsonValue>(set, key, like, make(), options), like))
      .map(([key, like]) => `${key} is no ${JSON.stringify(like)}`),
  resolve: (set, make, options) =>
    [...keysOf(set)].flatMap((key) => misnamed(resolve(set, key, make(), options).flagKey, key)),
  evaluateAll: (set, make, options) => {
    const all = [...evaluateAll(set, make(), undefined, options)];
    const missing = [...set.flagKeys].filter((key) => !all.some(([answered]) => answered === key));
    return [...missing, ...all.flatMap(([key, details]) => problemsOf(details, key, {}))];
  },
  explain: (set, make, options) =>
    [...keysOf(set)].flatMap((key) => misnamed(redactExplanation(explain(set, key, make(), options)).flagKey, key)),
};

function misnamed(actual: string, key: string): string[] {
  return actual === key ? [] : [`the answer for ${key} says it is for ${actual}`];
}

function problemsOf({ flagKey, value, reason, errorCode }: EvaluationDetails, key: string, like: JsonValue): string[] {
  const problems = misnamed(flagKey, key);
  if (!hasTypeOf(value, like)) problems.push(`${key} is no ${JSON.stringify(like)}`);
  if ((reason === "ERROR") !== (errorCode !== undefined)) problems.push(`${key} is ${reason} with code ${errorCode}`);
  if (reason === "ERROR" && JSON.stringify(value) !== JSON.stringify(like))
    problems.push(`${key} is an error with a value`);
  return problems;
}

/** Whether a value may be given to somebody whose default is the other one. */
function hasTypeOf(value: unknown, like: JsonValue): boolean {
  if (like === null) return value !== undefined;
  if (Array.isArray(like)) return Array.isArray(value);
  if (typeof like !== "object") return typeof value === typeof like;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const own = (key: string): unknown => Object.getOwnPropertyDescriptor(value, key)?.value;
  return Object.entries(like).every(([key, field]) => hasTypeOf(own(key), field));
}
