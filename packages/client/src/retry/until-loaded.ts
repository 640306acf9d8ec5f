/** Loads code that may not come at once: tries again, ever more seldom, until it is there. @module */
import type { Clock } from "../clock.js";
import { rest } from "../load/in-slices.js";
import { createRetryPolicy } from "./retry-policy.js";

const RETRY_FLOOR_MS = 1_000;

/**
 * Resolves to what is loaded.
 *
 * @param failed - Told of each failure.
 * @throws The last failure, once the signal aborts.
 */
export async function untilLoaded<T>(
  load: () => Promise<T>,
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
  failed: (error: unknown) => void,
  signal: AbortSignal,
): Promise<T> {
  const retry = createRetryPolicy(random, RETRY_FLOOR_MS);
  for (;;) {
    try {
      return await load();
    } catch (error) {
      if (signal.aborted) throw error;
      failed(error);
      await rest(clock, retry.failed(error, "backoff"), signal);
      if (signal.aborted) throw error;
    }
  }
}
