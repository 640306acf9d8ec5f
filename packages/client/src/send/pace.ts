/** How fast batches may go out, by how the endpoint is doing. @module */
import type { Clock } from "../clock.js";
import { classifyFailure } from "../retry/classify-failure.js";
import { createRetryBudget } from "../retry/retry-budget.js";
import { createRetryPolicy } from "../retry/retry-policy.js";
import { createBacklog } from "./backlog.js";
import { createCeiling } from "./ceiling.js";

const RETRY_FLOOR_MS = 250;
const IN_FLIGHT_MAX = 2;
/** So many failures in a row open the breaker. */
const FAILURES_MAX = 5;

/** What a pace goes by. */
export interface PaceParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly flushIntervalMs: number;
  /** How many records have come so far. */
  readonly enqueued: () => number;
}

/** How fast batches may go out. */
export interface Pace {
  /** No batch before this moment of monotonic time. */
  readonly notBeforeMs: number;
  /** How many batches at once: two, and one while the endpoint is in trouble. */
  readonly inFlightMax: number;
  /** The breaker is open: until one is stored there are only probes, and the smallest batch is the one to send. */
  readonly isProbing: boolean;
  /** How long ago the endpoint last stored a batch, in milliseconds; undefined before the first. */
  readonly storedAgoMs: number | undefined;
  /** A batch is on its way. */
  noteSent(records: number): void;
  /** Nothing waits any more but what waits for its interval. */
  noteCaughtUp(): void;
  /** The endpoint stored a batch. */
  noteStored(): void;
  /** The endpoint answered that it will never store this batch. */
  noteRefused(): void;
  /** An attempt failed in a way that says something about the endpoint. */
  noteTrouble(error: unknown): void;
}

/** Starts at full pace. */
export function createPace({ clock, random, flushIntervalMs, enqueued }: PaceParts): Pace {
  const retry = createRetryPolicy(random, RETRY_FLOOR_MS);
  const budget = createRetryBudget();
  const ceiling = createCeiling();
  const backlog = createBacklog(clock, enqueued, flushIntervalMs);
  const now = (): number => clock.monotonicMs();
  let failures = 0;
  let storedAtMs: number | undefined;
  let [backOffUntilMs, drainUntilMs] = [0, 0];

  /** Beyond the budget a client asks no more often than it would if all were well. */
  const budgetMs = (): number => (budget.spend() ? 0 : flushIntervalMs * (0.8 + 0.4 * random()));

  function noteAnswer(): void {
    failures = 0;
    backOffUntilMs = now() + retry.succeeded();
  }

  return {
    get notBeforeMs() {
      return Math.max(backOffUntilMs, ceiling.untilMs, drainUntilMs);
    },
    get inFlightMax() {
      return failures > 0 ? 1 : IN_FLIGHT_MAX;
    },
    get isProbing() {
      return failures >= FAILURES_MAX;
    },
    get storedAgoMs() {
      return storedAtMs === undefined ? undefined : now() - storedAtMs;
    },
    noteSent(records) {
      drainUntilMs = backlog.sent(records);
    },
    noteCaughtUp() {
      if (failures > 0) return;
      backlog.end();
      drainUntilMs = 0;
    },
    noteStored() {
      storedAtMs = now();
      noteAnswer();
      budget.refund();
      ceiling.noteSuccess();
    },
    noteRefused() {
      noteAnswer();
      ceiling.noteNothing(now());
    },
    noteTrouble(error) {
      ceiling.noteNothing(now());
      // Two batches that fail together are one failure of the endpoint.
      if (failures > 0 && now() < backOffUntilMs) return;
      failures++;
      backOffUntilMs = now() + Math.max(retry.failed(error), budgetMs());
      if (failures >= FAILURES_MAX || classifyFailure(error) === "throttled") backlog.begin();
    },
  };
}
