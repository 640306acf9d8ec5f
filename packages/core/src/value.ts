/** JSON values: what variants hold and callers read. @module */

/** What a flag's value is made of. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** An object of JSON values. A flag's value as a whole is one. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/**
 * The type a default stands for: TypeScript infers `false` from the default `false`, but the flag may as well be `true`.
 *
 * Booleans, numbers and strings are widened, and so are booleans inside objects. Unions that an object type declares are kept.
 */
export type Widened<T extends JsonValue> = T extends boolean
  ? boolean
  : T extends number
    ? number
    : T extends string
      ? string
      : T extends object
        ? WidenedFields<T>
        : T;

/** An object type with its booleans widened. */
export type WidenedFields<T> = {
  [K in keyof T]: T[K] extends boolean ? boolean : T[K] extends object ? WidenedFields<T[K]> : T[K];
};

/** Whether a value is an object with keys: not null, not a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Whether a value can stand in for a caller's default.
 *
 * Primitives need the same type, lists need a list. An object needs an object in which every key of the default is
 * present and fits in turn; null fits where the default has null. Keys the default does not mention are free.
 *
 * @example fitsDefault({ a: 1, b: 2 }, { a: 0 }) // true
 */
export function fitsDefault(value: JsonValue, defaultValue: JsonValue): boolean {
  if (defaultValue === null) return true;
  if (typeof defaultValue !== "object") return typeof value === typeof defaultValue;
  if (Array.isArray(defaultValue)) return Array.isArray(value);
  if (!isJsonObject(value) || !isJsonObject(defaultValue)) return false;
  for (const key of Object.keys(defaultValue)) {
    const expected = defaultValue[key];
    const actual = Object.hasOwn(value, key) ? value[key] : undefined;
    if (actual === undefined || expected === undefined || !fitsDefault(actual, expected)) return false;
  }
  return true;
}
