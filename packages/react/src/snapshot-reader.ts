/** Answers reads from a snapshot, in the way in which a client answers them from a bundle. @module */
import type { ClientDetails, FlagReader } from "@aplomb/client";
import type { ErrorCode, EvaluationDetails, JsonObject, JsonValue, Resolution, Widened } from "@aplomb/core";
import { fieldAt, fitsDefault } from "@aplomb/core/reading";
import type { FlagSnapshot, SnapshotFlag } from "./flag-snapshot.js";

/**
 * A reader of a snapshot. Contexts of single calls change nothing: the snapshot was resolved for one context.
 *
 * @param expose - Told of details that were exposed, as often as they are.
 */
export function createSnapshotReader(snapshot: FlagSnapshot, expose: (details: EvaluationDetails) => void): FlagReader {
  const peekDetails = <T extends JsonValue>(key: string, defaultValue: T): ClientDetails<Widened<T>> => {
    const details = readSnapshot(snapshot, key, defaultValue);
    return { ...details, expose: () => expose(details) };
  };
  const getDetails = <T extends JsonValue>(key: string, defaultValue: T): ClientDetails<Widened<T>> => {
    const details = peekDetails(key, defaultValue);
    details.expose();
    return details;
  };
  const getValue = <T extends JsonValue>(key: string, defaultValue: T): Widened<T> =>
    getDetails(key, defaultValue).value;
  return {
    getBooleanValue: getValue,
    getStringValue: getValue,
    getNumberValue: getValue,
    getObjectValue: getValue,
    getBooleanDetails: getDetails,
    getStringDetails: getDetails,
    getNumberDetails: getDetails,
    getObjectDetails: getDetails,
    peekValue: (key, defaultValue) => peekDetails(key, defaultValue).value,
    peekDetails,
    evaluateAll: () =>
      new Map(
        Object.keys(snapshot.flags).map((key) => [key, peekDetails<JsonObject>(key, {}) as ClientDetails<JsonObject>]),
      ),
  };
}

function readSnapshot<T extends JsonValue>(
  snapshot: FlagSnapshot,
  key: string,
  defaultValue: T,
): EvaluationDetails<Widened<T>> {
  const [flagKey = "", ...path] = key.split(".");
  const flag = Object.hasOwn(snapshot.flags, flagKey) ? snapshot.flags[flagKey] : undefined;
  const { bundleVersion, bundleId } = snapshot;
  const shared = { flagKey: key, flagMetadata: { bundleVersion, bundleId } };
  const fallback = defaultValue as Widened<T>;
  const failed = (errorCode: ErrorCode, errorMessage: string) =>
    ({ ...shared, value: fallback, reason: "ERROR", errorCode, errorMessage }) as const;
  if (!flag) return failed("FLAG_NOT_FOUND", `the snapshot has no flag "${flagKey}"`);
  if (flag.errorCode) return failed(flag.errorCode, "the flag could not be resolved on the server");
  const { reason, variant } = flag;
  const outcome = { ...shared, ...(variant !== undefined && { variant }), resolution: resolutionOf(flagKey, flag) };
  // As in a bundle: a flag that is read as a primitive means its field "value".
  const steps = path.length === 0 && typeof defaultValue !== "object" ? ["value"] : path;
  const value = fieldAt(flag.value, steps) ?? defaultValue;
  if (fitsDefault(value, defaultValue)) return { ...outcome, value: value as Widened<T>, reason };
  return { ...outcome, ...failed("TYPE_MISMATCH", `the value of "${key}" does not have the type of the default`) };
}

function resolutionOf(flagKey: string, { variant = "", value, exposure }: SnapshotFlag): Resolution {
  const { rule = "", assignmentId = "", unit = "", unitSelector = "", fallthroughs = [] } = exposure ?? {};
  const reason = value ? "MATCH" : "NO_SEGMENT_MATCH";
  const place = { rule, segment: "", assignmentId, unit, unitSelector, fallthroughs };
  return { flagKey, variant, value, reason, shouldExpose: exposure !== undefined, ...place, writes: [] };
}
