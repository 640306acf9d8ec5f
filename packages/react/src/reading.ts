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

/** Where a component notes what it showed. Written after a commit, never in a render. */
export interface ShownRef {
  current: Shown | undefined;
}

/** Reads one flag in one scope. Both functions are stable, pure, and answer with the same object until the answer differs. */
export interface Reading {
  readonly client: FlagClient;
  readonly shown: ShownRef;
  readonly details: () => ClientDetails;
  readonly value: () => JsonValue;
}

/**
 * A reading that evaluates once for each version of the client.
 *
 * @param shown - What is on the screen, to keep the identity of.
 */
export function createReading(
  { client, context }: FlagScope,
  key: string,
  defaultValue: JsonValue,
  shown: ShownRef,
): Reading {
  let latest: Shown | undefined;
  let version: number | undefined;
  const details = () => {
    const versionNow = client.getVersion();
    if (latest && version === versionNow) return latest.details;
    version = versionNow;
    const next = { client, details: client.peekDetails(key, defaultValue, context) };
    latest = steady(next, shown.current ?? latest);
    return latest.details;
  };
  return { client, shown, details, value: () => details().value };
}

/** What to show next, with as much of the objects shown before as says the same. */
function steady(next: Shown, before: Shown | undefined): Shown {
  if (!before || !sameValue(before.details.value, next.details.value)) return next;
  if (before.client === next.client && sameOutcome(before.details, next.details)) return before;
  return { ...next, details: { ...next.details, value: before.details.value } };
}

/** Whether two evaluations answer the same, for the same reason, and would be the same exposure. */
function sameOutcome(left: ClientDetails, right: ClientDetails): boolean {
  return sameValue(outcomeOf(left), outcomeOf(right));
}

/** Without the bundle that was evaluated, and without those fields of the variant that the key does not read. */
function outcomeOf(details: ClientDetails): unknown {
  const flagMetadata = { ...details.flagMetadata, bundleVersion: 0, bundleId: 0 };
  return { ...details, expose: 0, flagMetadata, resolution: { ...details.resolution, value: 0 } };
}
