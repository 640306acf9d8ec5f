/** What of a context arrives at the endpoint. @module */
import type { EvaluationContext, JsonObject } from "@aplomb/core";
import { contextProblem } from "../src/answer/context-problem.js";

/** A context as it arrives: JSON, within the caps; undefined for one that cannot be sent or would be refused. */
export function overTheWire(context: EvaluationContext): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(JSON.stringify(context));
    const isObject = typeof json === "object" && json !== null;
    return isObject && contextProblem(json) === undefined ? (json as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
