/** One component's view of one flag: evaluated without side effects, and the same objects for the same content. @module */
import type { ClientDetails, FlagClient } from "@aplomb/client";
import type { JsonValue } from "@aplomb/core";
import type { FlagScope } from "./flag-scope.js";
import { sameValue } from "./same-value.js";

/** What a component showed at its last commit, and the client it came from. */
export interface Shown {
  readonly client: FlagClient;
  readonly details: ClientDetails;
}

/** Reads one flag in one scope. Both functions are stable, pure, and answer with the same object until the answer differs. */
export interface Reading {
  readonly details: () => ClientDetails;
  readonly value: () => JsonValue;
}

/**
 * A reading that evaluates once for each version of the client.
 *
 * @param shown - What is on the screen, to keep the identity of. Only read.
 */
export function createReading(
  { client, context }: FlagScope,
  key: string,
  defaultValue: JsonValue,
  shown: { readonly current: Shown | undefined },
): Reading {
  let latest: Shown | undefined;
  let version = -1;
  const details = () => {
    const versionNow = client.getVersion();
    if (latest === undefined || versionNow !== version) {
      const next = { client, details: client.peekDetails(key, defaultValue, context) };
      latest = { client, details: steadyDetails(next, shown.current ?? latest) };
      version = versionNow;
    }
    return latest.details;
  };
  return { details, value: () => details().value };
}

/** The details to show next, with as much of the objects shown before as says the same. */
function steadyDetails(next: Shown, before: Shown | undefined): ClientDetails {
  if (before === undefined) return next.details;
  if (next.client === before.client && sameOutcome(next.details, before.details)) return before.details;
  const { value } = before.details;
  if (Object.is(value, next.details.value) || !sameValue(value, next.details.value)) return next.details;
  return { ...next.details, value, expose: () => next.details.expose() };
}

/** Whether two evaluations answer the same, for the same reason, and would be the same exposure. */
function sameOutcome(left: ClientDetails, right: ClientDetails): boolean {
  return sameValue(outcomeOf(left), outcomeOf(right));
}

/** Without the bundle that was evaluated, and without those fields of the variant that the key does not read. */
function outcomeOf({ expose, flagMetadata, resolution, ...outcome }: ClientDetails): unknown {
  const { bundleVersion, bundleId, ...metadata } = flagMetadata;
  return { ...outcome, metadata, resolution: { ...resolution, value: undefined } };
}
