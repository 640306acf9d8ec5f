/** Evaluation details in the words of the OpenFeature Remote Evaluation Protocol. @module */
import type { JsonObject, JsonValue } from "@aplomb/core";
import type { FlagDetails } from "../answer/answer-flags.js";

/** A flag that was evaluated. Without a value, the application's own default holds. */
export interface OfrepSuccess {
  readonly key: string;
  readonly value?: JsonValue;
  readonly reason: string;
  readonly variant?: string;
  readonly metadata: Readonly<Record<string, string | number | boolean>>;
}

/** A flag that could not be evaluated, or a request that could not. */
export interface OfrepFailure {
  readonly key?: string;
  /** One of the protocol's five, or "PROVIDER_NOT_READY". */
  readonly errorCode: string;
  readonly errorDetails: string;
}

/** The protocol has no others for a flag. */
const codes: ReadonlySet<string> = new Set([
  "PARSE_ERROR",
  "TARGETING_KEY_MISSING",
  "INVALID_CONTEXT",
  "FLAG_NOT_FOUND",
]);

/**
 * What to answer for a flag.
 *
 * @param key - As it was asked for: with a path, the value is the field that the path leads to.
 */
export function ofrepAnswer(key: string, details: FlagDetails): OfrepSuccess | OfrepFailure {
  const { reason, variant, errorCode = "", errorMessage = "", flagMetadata: metadata } = details;
  if (reason === "ERROR") {
    return { key, errorCode: codes.has(errorCode) ? errorCode : "GENERAL", errorDetails: errorMessage };
  }
  const value = valueAt(details.resolution?.value, key.split(".").slice(1));
  const given = value === undefined || value === null ? {} : { value };
  return { key, ...given, reason, ...(variant !== undefined && { variant }), metadata };
}

/** The value at a path of own fields. Without a path, a flag that holds nothing but a `value` is that value. */
function valueAt(whole: JsonObject | undefined, path: readonly string[]): JsonValue | undefined {
  if (whole === undefined) return undefined;
  const [only, ...others] = Object.keys(whole);
  if (path.length === 0) return only === "value" && others.length === 0 ? whole.value : whole;
  let field: JsonValue | undefined = whole;
  for (const step of path) {
    if (typeof field !== "object" || field === null || Array.isArray(field) || !Object.hasOwn(field, step))
      return undefined;
    field = (field as JsonObject)[step];
  }
  return field;
}
