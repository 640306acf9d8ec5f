/** A token bucket: how often something may happen, with room for a burst. @module */

/** How often something may happen. */
export interface Rate {
  /** Times a second in the long run; above 0. */
  readonly perSecond: number;
  /** Times at once after a quiet while; at least 1. Default: twice `perSecond`. */
  readonly burst?: number;
}

/** Counts what happens against a rate. */
export interface TokenBucket {
  /**
   * Lets something happen, or says when it may.
   *
   * @param nowMs - A clock that steps back refills nothing; one that jumps ahead fills the bucket once.
   * @returns 0 when it may happen now; otherwise the milliseconds until it may, and nothing was counted.
   */
  take(nowMs: number): number;
}

/** A full bucket. */
export function createTokenBucket({ perSecond, burst = Math.max(1, 2 * perSecond) }: Rate): TokenBucket {
  let tokens = burst;
  let filledAtMs = Number.NEGATIVE_INFINITY;
  return {
    take(nowMs) {
      const elapsedMs = Math.max(0, nowMs - filledAtMs);
      filledAtMs = nowMs;
      tokens = Math.min(burst, tokens + (elapsedMs / 1_000) * perSecond);
      if (tokens < 1) return Math.ceil(((1 - tokens) / perSecond) * 1_000);
      tokens -= 1;
      return 0;
    },
  };
}

/** What is wrong with a rate; undefined when nothing is. */
export function rateProblem({ perSecond, burst }: Rate): string | undefined {
  if (!(Number.isFinite(perSecond) && perSecond > 0)) return "perSecond: expected a number above 0";
  if (burst !== undefined && !(Number.isFinite(burst) && burst >= 1)) return "burst: expected a number of at least 1";
  return undefined;
}
