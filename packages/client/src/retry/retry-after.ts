/** Reads how long an endpoint asks to be left alone. @module */

const LONGEST_MS = 600_000;

/**
 * The wait that a `Retry-After` header asks for, in milliseconds: at most ten minutes, 0 for none or nonsense.
 *
 * @param header - Seconds or an HTTP date.
 * @param nowMs - What a date is compared with.
 */
export function parseRetryAfter(header: string | null, nowMs: number): number {
  const text = header?.trim() ?? "";
  const isDate = /^\w{3}, .* GMT$/.test(text);
  const waitMs = isDate ? Date.parse(text) - nowMs : /^\d/.test(text) ? Number(text) * 1_000 : 0;
  return waitMs > 0 ? Math.min(waitMs, LONGEST_MS) : 0;
}
