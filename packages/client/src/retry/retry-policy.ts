/** When to try again: full jitter after failures, minutes after refusals, never a full stop. @module */
import { classifyFailure, type FailureClass } from "./classify-failure.js";
import { RequestError } from "./request-error.js";

const BASE_MS = 1_000;
const CAP_MS = 60_000;
const EXTENDED_MS = 300_000;
/** How many successes end the extended regime. */
const SUCCESSES_NEEDED = 2;

/** What one kind of request remembers between attempts. */
export interface RetryPolicy {
  /** Notes a success. Returns how long to wait before the next request all the same: 0, or minutes while a refusal is not forgotten. */
  succeeded(): number;
  /**
   * Notes a failure. Returns how long to wait, in milliseconds.
   *
   * @param kind - Where the caller knows better what it means than the table.
   */
  failed(error: unknown, kind?: FailureClass): number;
}

/**
 * Makes the memory of one kind of request.
 *
 * @param random - In [0, 1).
 * @param floorMs - The shortest wait after a failure.
 */
export function createRetryPolicy(random: () => number, floorMs: number): RetryPolicy {
  let failures = 0;
  let successesNeeded = 0;
  const extendedDelayMs = (): number => EXTENDED_MS * (1 - random() / 2);

  return {
    succeeded() {
      failures = 0;
      if (successesNeeded > 0) successesNeeded--;
      return successesNeeded > 0 ? extendedDelayMs() : 0;
    },
    failed(error, kind = classifyFailure(error)) {
      const askedMs = error instanceof RequestError ? error.retryAfterMs : 0;
      if (kind === "extended") {
        successesNeeded = SUCCESSES_NEEDED;
        return Math.max(askedMs, extendedDelayMs());
      }
      const boundMs = Math.min(CAP_MS, BASE_MS * 2 ** failures++);
      return Math.max(askedMs, floorMs, kind === "throttled" ? boundMs / 2 : 0, random() * boundMs);
    },
  };
}
