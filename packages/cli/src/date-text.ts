/** Moments as text. @module */

/** The farthest moment that has a date, in milliseconds from 1970. */
const LAST_MS = 8_640_000_000_000_000;

/** A moment in ISO 8601, or in milliseconds where it is too far for a date: an artefact may say anything. */
export function dateText(timeMs: number): string {
  return Math.abs(timeMs) <= LAST_MS ? new Date(timeMs).toISOString() : `${timeMs} ms since 1970`;
}
