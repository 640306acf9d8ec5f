/** Makes the exposure of an evaluation. @module */
import type { EvaluationDetails } from "../details.js";
import type { Exposure } from "../exposure.js";
import { exposureIdOf } from "./exposure-id.js";

/** What an exposure needs beside the evaluation. */
export interface ExposureOptions {
  /** The audience of the bundle; part of the id. */
  readonly audience: string;
  /** When it happened, in milliseconds since 1970 UTC. */
  readonly atMs: number;
}

/**
 * The exposure of an evaluation; undefined when there is nothing to expose: no match and no fallthrough, or an error.
 *
 * @example exposureOf(evaluate(flagSet, "checkout", {}, context), { audience: "web.production", atMs: Date.now() })
 */
export function exposureOf(details: EvaluationDetails, options: ExposureOptions): Exposure | undefined {
  const { resolution, flagMetadata } = details;
  if (resolution === undefined || !resolution.shouldExpose || details.reason === "ERROR") return undefined;
  const { flagKey: flag, variant, rule, assignmentId, unitSelector, unit, fallthroughs } = resolution;
  // Written out, and its id set at the end: an object made by spreading is ten times slower to make.
  const exposure = {
    flag,
    variant,
    rule,
    assignmentId,
    unitSelector,
    unit,
    fallthroughs,
    windowDay: windowDayOf(options.atMs),
    bundleVersion: Number(flagMetadata.bundleVersion ?? 0),
    exposedAtMs: options.atMs,
    exposureId: NO_ID,
  };
  exposure.exposureId = exposureIdOf(exposure, options.audience);
  return exposure;
}

const NO_ID: Uint8Array = new Uint8Array();

// What a Date can hold is more than four-digit years.
const MAX_MS = 253_402_300_799_999;

/**
 * The UTC day of a moment, as YYYY-MM-DD: the window in which an exposure counts once.
 *
 * Moments outside the years 1970 to 9999 count as the nearest day inside.
 */
export function windowDayOf(atMs: number): string {
  const within = Number.isFinite(atMs) ? Math.min(Math.max(atMs, 0), MAX_MS) : 0;
  const day = Math.floor(within / DAY_MS);
  // Exposures come day by day: what the one before was is nearly always right, and a date is slow to write.
  if (day !== lastDay) [lastDay, lastText] = [day, new Date(within).toISOString().slice(0, 10)];
  return lastText;
}

const DAY_MS = 86_400_000;
let [lastDay, lastText] = [0, "1970-01-01"];
