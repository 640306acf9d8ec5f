/** A typed read of a flag, naively: A8, A9 and the table of rulings 11. @module */
import type { ErrorCode, JsonObject, JsonValue, Reason, Resolution } from "@aplomb/core";
import type { Bundle } from "@aplomb/proto/bundle";
import { type NaiveAnswer, type NaiveOptions, naiveAnswer } from "./naive-resolve.js";
import { type NaiveState, naiveStateOf } from "./state.js";

/** What a read gives: a value of the default's type, and why it is that value. */
export interface NaiveDetails {
  readonly value: JsonValue;
  readonly reason: Reason;
  readonly variant?: string;
  readonly errorCode?: ErrorCode;
}

/** Reads a key, `flag` or `flag.path.to.field`, as a value of the default's type. */
export function naiveEvaluate(
  bundle: Bundle | Uint8Array | NaiveState,
  key: string,
  defaultValue: JsonValue,
  context: object,
  options: NaiveOptions = {},
): NaiveDetails {
  const state = bundle instanceof Uint8Array || "$typeName" in bundle ? naiveStateOf(bundle) : bundle;
  const [flagKey = "", ...path] = key.split(".");
  const answer = naiveAnswer(state, flagKey, context, options);
  const { variant, value, errorCode } = answer.resolution;
  const why = { reason: reasonOf(state, answer), ...(variant === "" ? {} : { variant }) };
  if (why.reason === "ERROR") return { ...why, value: defaultValue, errorCode: errorCode ?? "GENERAL" };
  // Rulings, 11: a key without a path and a primitive default reads the field `value`.
  const isPrimitive = typeof defaultValue !== "object" || defaultValue === null;
  const found = fieldAt(value, isPrimitive && path.length === 0 ? ["value"] : path);
  if (found === undefined || found === null) return { ...why, value: defaultValue };
  if (fits(found, defaultValue)) return { ...why, value: found };
  return { ...why, value: defaultValue, reason: "ERROR", errorCode: "TYPE_MISMATCH" };
}

/** Rulings, 11: the reason of OpenFeature. */
function reasonOf(state: NaiveState, { resolution, outcome, by }: NaiveAnswer): Reason {
  if (resolution.reason === "NO_SEGMENT_MATCH") return "DEFAULT";
  if (resolution.reason === "DISABLED") return "DISABLED";
  if (resolution.reason !== "MATCH") return "ERROR";
  if (outcome === "client default") return "DEFAULT";
  if (by === "hash") return "SPLIT";
  return by === "sticky" || hasTargeting(state, resolution) ? "TARGETING_MATCH" : "STATIC";
}

function hasTargeting(state: NaiveState, resolution: Resolution): boolean {
  const segment = state.segments.get(resolution.segment);
  return segment !== undefined && segment !== "unreadable" && segment.targeting?.expression !== undefined;
}

function fieldAt(value: JsonObject | undefined, path: readonly string[]): JsonValue | undefined {
  let found: JsonValue | undefined = value;
  for (const step of path) found = isObject(found) && Object.hasOwn(found, step) ? found[step] : undefined;
  return found;
}

/** Objects are checked key by key against the default; of a list only that it is one. */
function fits(value: JsonValue, defaultValue: JsonValue): boolean {
  if (defaultValue === null) return true;
  if (Array.isArray(defaultValue)) return Array.isArray(value);
  if (!isObject(defaultValue)) return typeof value === typeof defaultValue;
  return (
    isObject(value) &&
    Object.entries(defaultValue).every(
      ([key, expected]) => Object.hasOwn(value, key) && fits(value[key] as JsonValue, expected),
    )
  );
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
