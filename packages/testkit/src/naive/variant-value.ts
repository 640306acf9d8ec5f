/** A variant's value with the schema's fields filled in: section 3.1. @module */
import type { JsonObject, JsonValue } from "@aplomb/core";
import type { Flag, StructType, Variant } from "@aplomb/proto/bundle";

/** The value of a variant (§3.1, schema nulls); a variant without a value counts as {}. */
export function variantValue(flag: Flag, variant: Variant): JsonObject {
  return filled(variant.value ?? {}, flag.schema);
}

/** Fields of the schema that the object lacks become null; only objects with a schema of their own are entered. */
function filled(object: JsonObject, schema: StructType | undefined): JsonObject {
  const fields = new Map<string, JsonValue>(Object.entries(object));
  for (const { name, schema: type } of schema?.fields ?? []) {
    const value = fields.get(name);
    if (value === undefined) fields.set(name, null);
    else if (type?.kind.case === "struct" && isObject(value)) fields.set(name, filled(value, type.kind.value));
  }
  return Object.fromEntries(fields);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
