/** How fast batches may go out, by how the endpoint is doing. @module */
import type { Clock } from "../clock.js";
import { createRetryPolicy } from "../retry/retry-policy.js";

const RETRY_FLOOR_MS = 250;
const IN_FLIGHT_MAX = 2;

/** How fast batches may go out. */
export interface Pace {
  /** No batch before this moment of monotonic time. */
  readonly notBeforeMs: number;
  /** How many batches at once: two, and one while the endpoint is in trouble. */
  readonly inFlightMax: number;
  /** The endpoint answered. */
  noteAnswer(): void;
  /** An attempt failed in a way that says something about the endpoint. */
  noteTrouble(error: unknown): void;
}

/** Starts at full pace. */
export function createPace(clock: Clock, random: () => number): Pace {
  const retry = createRetryPolicy(random, RETRY_FLOOR_MS);
  let notBeforeMs = 0;
  let inFlightMax = IN_FLIGHT_MAX;
  return {
    get notBeforeMs() {
      return notBeforeMs;
    },
    get inFlightMax() {
      return inFlightMax;
    },
    noteAnswer() {
      inFlightMax = IN_FLIGHT_MAX;
      notBeforeMs = clock.monotonicMs() + retry.succeeded();
    },
    noteTrouble(error) {
      inFlightMax = 1;
      const nowMs = clock.monotonicMs();
      // Two batches that fail together are one failure of the endpoint.
      if (nowMs >= notBeforeMs) notBeforeMs = nowMs + retry.failed(error);
    },
  };
}
