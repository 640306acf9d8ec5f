/** Reads a flag of any type as an application would, exposure included. @module */

import type { EvaluationContext, JsonValue } from "@aplomb/core";
import type { ClientDetails, FlagReader } from "@aplomb/node";

/** Details by the getter that fits the default. Exposes. */
export function readFlag(
  flags: FlagReader,
  key: string,
  initial: JsonValue,
  context: EvaluationContext,
): ClientDetails<JsonValue> {
  if (typeof initial === "boolean") return flags.getBooleanDetails(key, initial, context);
  if (typeof initial === "string") return flags.getStringDetails(key, initial, context);
  if (typeof initial === "number") return flags.getNumberDetails(key, initial, context);
  return flags.getObjectDetails(key, initial, context);
}
