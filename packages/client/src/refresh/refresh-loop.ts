/** When to load: polls with jitter, waits after failures, and answers announcements; one load at a time, for ever. @module */
import type { Clock } from "../clock.js";
import { classifyFailure } from "../retry/classify-failure.js";
import { createRetryPolicy } from "../retry/retry-policy.js";

const RETRY_FLOOR_MS = 1_000;
/** Announced and missed versions are fetched within this time, so that not all clients come at once. */
const SOON_MS = 1_000;

/** What the loop needs. */
export interface RefreshLoopParts {
  /** Loads once; rejects if that failed. */
  readonly load: (signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly pollIntervalMs: number;
}

/** The loop that keeps the bundle current. */
export interface RefreshLoop {
  /** Loads at once, then keeps going whatever happens. */
  start(): void;
  /** There is a newer version: loads soon, but not before an endpoint in trouble wants to be asked again. */
  announced(): void;
  /** No loads until `resume`. */
  pause(): void;
  resume(): void;
  stop(): void;
}

/** Makes a loop; nothing happens before `start`. */
export function createRefreshLoop({ load, clock, random, pollIntervalMs }: RefreshLoopParts): RefreshLoop {
  const retry = createRetryPolicy(random, RETRY_FLOOR_MS);
  const abort = new AbortController();
  let cancel = (): void => {};
  let started = false;
  let loading = false;
  let announcedMeanwhile = false;
  let succeededBefore = false;
  let paused = false;
  let dueAtMs = 0;
  let notBeforeMs = 0;

  const schedule = (atMs: number): void => {
    cancel();
    dueAtMs = atMs;
    if (!paused && !abort.signal.aborted) cancel = clock.setTimer(run, Math.max(0, atMs - clock.monotonicMs()));
  };
  const soon = (): void => {
    schedule(Math.min(dueAtMs, Math.max(notBeforeMs, clock.monotonicMs() + random() * SOON_MS)));
  };
  const nextPollMs = (): number => {
    const share = succeededBefore ? 0.8 + 0.4 * random() : random();
    return pollIntervalMs * share;
  };

  async function loadOnce(): Promise<number> {
    try {
      await load(abort.signal);
      const delayMs = retry.succeeded() || nextPollMs();
      succeededBefore = true;
      return delayMs;
    } catch (error) {
      if (classifyFailure(error) === "rejected") return nextPollMs();
      const delayMs = retry.failed(error);
      notBeforeMs = clock.monotonicMs() + delayMs;
      return delayMs;
    }
  }

  function run(): void {
    loading = true;
    void loadOnce().then((delayMs) => {
      loading = false;
      schedule(clock.monotonicMs() + delayMs);
      if (announcedMeanwhile) soon();
      announcedMeanwhile = false;
    });
  }

  return {
    start() {
      started = true;
      run();
    },
    announced() {
      if (loading) announcedMeanwhile = true;
      else if (started) soon();
    },
    pause() {
      paused = true;
      cancel();
    },
    resume() {
      paused = false;
      if (started && !loading) schedule(Math.max(dueAtMs, notBeforeMs, clock.monotonicMs() + random() * SOON_MS));
    },
    stop() {
      abort.abort();
      cancel();
    },
  };
}
