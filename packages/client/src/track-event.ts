/** From what an application tracks to an event that may leave: allow-listed, plain JSON. @module */
import type { EvaluationContext, JsonObject } from "@aplomb/core";
import type { TrackDetails } from "./flag-client.js";

/** What of a tracked event is sent. */
export interface OutgoingEvent {
  /** The targeting key. */
  readonly unit: string;
  readonly value: number | undefined;
  readonly properties: JsonObject;
  readonly propertiesBytes: number;
}

/**
 * Picks what may leave.
 *
 * @param allowed - Names of properties; all others stay.
 * @throws TypeError for properties that JSON cannot hold, such as cycles.
 */
export function outgoingEvent(
  details: TrackDetails | undefined,
  context: EvaluationContext,
  allowed: readonly string[] | undefined,
): OutgoingEvent {
  const { value, properties = {} } = details ?? {};
  const picked = Object.fromEntries(
    (allowed ?? []).filter((name) => Object.hasOwn(properties, name)).map((name) => [name, properties[name]]),
  );
  const json = JSON.stringify(picked);
  return {
    unit: String(context.targetingKey ?? ""),
    value: Number.isFinite(value) ? value : undefined,
    properties: JSON.parse(json),
    propertiesBytes: json.length,
  };
}
