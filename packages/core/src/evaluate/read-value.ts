/** Reads a field of a variant's value. @module */
import type { CompiledVariant } from "../compiled-flag.js";
import type { FlagRead } from "../flag-set.js";
import { isJsonObject, type JsonValue } from "../value.js";

/**
 * What a read finds in a variant: the value as a whole, or the field at its path; undefined when there is none.
 *
 * @param scalar - The caller asked without a path for something that is no object: the field `value` is meant.
 */
export function readValue(read: FlagRead, variant: CompiledVariant, scalar: boolean): JsonValue | undefined {
  if (read.path.length === 0) return scalar ? variant.scalar : variant.value;
  const known = read.values[variant.index];
  if (known !== undefined) return known;
  const value = fieldAt(variant.value, read.path);
  read.values[variant.index] = value;
  return value;
}

/** The value at a path of own fields; undefined where a step leads nowhere. */
export function fieldAt(value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  let field: JsonValue | undefined = value;
  for (const step of path) {
    if (!isJsonObject(field) || !Object.hasOwn(field, step)) return undefined;
    field = field[step];
  }
  return field;
}
