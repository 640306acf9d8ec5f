/** Flags as a test or a story wants them. @module */
import type { JsonObject, JsonValue } from "@aplomb/core";
import type { FlagSnapshot, SnapshotFlag } from "../flag-snapshot.js";

/** A variant by name, where the name matters: exposures and details carry it. */
export interface ForcedVariant {
  readonly variant: string;
  /** The value as a whole. Default `{}`. */
  readonly value?: JsonObject;
}

/**
 * Values by key as components read them, `flag` or `flag.path.to.field`; or variants by flag key.
 *
 * @example { "checkout.layout": "one-page", banner: { variant: "warm", value: { text: "Hello" } } }
 */
export type ForcedFlags = Readonly<Record<string, JsonValue | ForcedVariant>>;

/** The variant of flags of which only values are given. */
const FORCED = "forced";

/** A snapshot that answers what is forced; the unit of every exposure is `unit`. */
export function snapshotOf(forced: ForcedFlags, unit: string): FlagSnapshot {
  const flags = new Map<string, { variant: string; value: JsonObject }>();
  for (const [key, given] of Object.entries(forced)) {
    const [flagKey = "", ...path] = key.split(".");
    const before = flags.get(flagKey) ?? { variant: FORCED, value: {} };
    if (path.length === 0 && isVariant(given)) flags.set(flagKey, { variant: given.variant, value: given.value ?? {} });
    else flags.set(flagKey, { ...before, value: placed(before.value, path, given as JsonValue) });
  }
  const entries = [...flags].map(([key, flag]): [string, SnapshotFlag] => {
    const exposure = { rule: "test", assignmentId: flag.variant, unit, unitSelector: "targeting_key" };
    return [key, { ...flag, reason: "STATIC", exposure }];
  });
  return { bundleVersion: 1, bundleId: "", flags: Object.fromEntries(entries) };
}

function isVariant(given: JsonValue | ForcedVariant): given is ForcedVariant {
  return (
    isObject(given) &&
    typeof given.variant === "string" &&
    Object.keys(given).every((key) => key === "variant" || key === "value")
  );
}

/** A value with a field set. Without a path: an object is the value as a whole, anything else its field `value`. */
function placed(value: JsonObject, path: readonly string[], given: JsonValue): JsonObject {
  const [step, ...rest] = path;
  if (step === undefined) return isObject(given) ? { ...value, ...given } : { ...value, value: given };
  const inner = value[step];
  return { ...value, [step]: rest.length > 0 ? placed(isObject(inner) ? inner : {}, rest, given) : given };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
