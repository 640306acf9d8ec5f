/** Resolves flags on a server, for a page to start with. @module */
import type { ClientDetails, FlagClient } from "@aplomb/client";
import type { EvaluationContext, JsonObject } from "@aplomb/core";
import type { ExposureToken, FlagSnapshot, SnapshotFlag } from "../flag-snapshot.js";

/** What goes into a snapshot. */
export interface SnapshotOptions {
  /** Keys without paths. Name what the page shows: a snapshot is in the page's HTML. Default every flag. */
  readonly flags?: readonly string[];
  /** How long to wait for a bundle, and for stored assignments and remote answers. Default 5,000 ms. */
  readonly timeoutMs?: number;
}

/**
 * Resolves flags for one context. Exposes nothing: that is the page's to do, when somebody has met them.
 *
 * Plain JSON: values, variants, and the unit of each flag that can be exposed; no other attribute of the context, and no rule
 * but the name of the one that matched. Never rejects: without a bundle, the snapshot is empty and the page shows defaults.
 *
 * @param flags - The server's client, made once for all requests.
 * @example const snapshot = await createSnapshot(flags, { targetingKey: account.id }, { flags: ["checkout", "banner"] });
 */
export async function createSnapshot(
  flags: FlagClient,
  context: EvaluationContext,
  options: SnapshotOptions = {},
): Promise<FlagSnapshot> {
  const scope = await flags.prepare(context, options);
  const all = scope.evaluateAll();
  const { bundleVersion, bundleId } = flags.status;
  const entries: [string, SnapshotFlag][] = [];
  for (const key of options.flags ?? all.keys()) {
    const details = all.get(key);
    if (details) entries.push([key, snapshotFlagOf(details)]);
  }
  return { bundleVersion, bundleId, flags: Object.fromEntries(entries) };
}

function snapshotFlagOf(details: ClientDetails<JsonObject>): SnapshotFlag {
  const { value, variant, reason, errorCode, resolution } = details;
  return {
    ...(variant !== undefined && { variant, value }),
    reason,
    ...(errorCode !== undefined && { errorCode }),
    ...(resolution?.shouldExpose && reason !== "ERROR" && { exposure: tokenOf(resolution) }),
  };
}

function tokenOf({ rule, assignmentId, unit, unitSelector, fallthroughs }: ExposureToken): ExposureToken {
  return { rule, assignmentId, unit, unitSelector, ...(fallthroughs?.length && { fallthroughs }) };
}
