/** Values with their fields in order, so that equal values have equal bytes. @module */
import type { JsonObject, JsonValue } from "@bufbuild/protobuf";

/** A copy of an object with its fields in the order of their names, inside too. */
export function inKeyOrder(object: JsonObject): JsonObject {
  const entries = Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, value]) => [name, ordered(value)]));
}

function ordered(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(ordered);
  return typeof value === "object" && value !== null ? inKeyOrder(value) : value;
}
