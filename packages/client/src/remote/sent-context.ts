/** What of a context leaves the client when the endpoint resolves flags. @module */
import type { EvaluationContext, JsonObject } from "@aplomb/core";

/** The unit of most rules, under both of its names. */
const ALWAYS = ["targetingKey", "targeting_key"];

/**
 * The targeting key and the attributes that are allowed to leave, as JSON.
 *
 * @throws TypeError for what JSON cannot hold, such as cycles.
 */
export function sentContext(context: EvaluationContext, allowed: readonly string[]): JsonObject {
  const names = [...new Set([...ALWAYS, ...allowed])].filter((name) => Object.hasOwn(context, name));
  return JSON.parse(JSON.stringify(Object.fromEntries(names.map((name) => [name, context[name]]))));
}
