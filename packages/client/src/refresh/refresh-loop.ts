/** When to load: polls with jitter, waits after failures, and answers announcements; one load at a time, for ever. @module */
import type { Clock } from "../clock.js";
import { classifyFailure, type FailureClass } from "../retry/classify-failure.js";
import { RequestError } from "../retry/request-error.js";
import { createRetryBudget } from "../retry/retry-budget.js";
import { createRetryPolicy } from "../retry/retry-policy.js";
import type { AttemptCeiling } from "./attempt-ceiling.js";

const RETRY_FLOOR_MS = 1_000;
/** Announced and missed versions are fetched within this time, so that not all clients come at once. */
const SOON_MS = 1_000;
/** The same for clients that wake from sleep, because those have slept together. */
const CATCH_UP_MS = 5_000;
/** A timer that comes this many poll intervals late has slept. */
const SLEEP_INTERVALS = 2;
/** For so long after its start a client that has never had a bundle takes "not found" for "not published yet". */
const NOT_YET_MS = 600_000;

/** What the loop needs. */
export interface RefreshLoopParts {
  /** Loads once: whether that brought a newer version. Rejects if it failed. */
  readonly load: (signal: AbortSignal) => Promise<boolean>;
  /** Whether there is a bundle to go on with. */
  readonly isServing: () => boolean;
  readonly ceiling: AttemptCeiling;
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
export function createRefreshLoop(parts: RefreshLoopParts): RefreshLoop {
  const { load, ceiling, clock, random, pollIntervalMs } = parts;
  const nextDelayMs = createDelays(parts);
  const abort = new AbortController();
  let cancel = (): void => {};
  let started = false;
  let loading = false;
  let announcedMeanwhile = false;
  let paused = false;
  let dueAtMs = 0;
  let notBeforeMs = 0;

  const schedule = (atMs: number): void => {
    cancel();
    dueAtMs = atMs;
    if (paused || abort.signal.aborted) return;
    const delayMs = Math.max(0, atMs - clock.monotonicMs());
    const dueByWallMs = clock.nowMs() + delayMs;
    cancel = clock.setTimer(() => {
      // Either clock may stand still while a machine sleeps or a page is frozen; the other one tells.
      const lateMs = Math.max(clock.monotonicMs() - atMs, clock.nowMs() - dueByWallMs);
      if (lateMs <= SLEEP_INTERVALS * pollIntervalMs) run();
      else schedule(clock.monotonicMs() + random() * CATCH_UP_MS);
    }, delayMs);
  };
  const soon = (): void => {
    schedule(Math.min(dueAtMs, Math.max(notBeforeMs, clock.monotonicMs() + random() * SOON_MS)));
  };

  /** How long to wait after one more load. */
  async function loadOnce(): Promise<number> {
    try {
      if (await load(abort.signal)) ceiling.broughtNews();
      return nextDelayMs.succeeded();
    } catch (error) {
      const { delayMs, isBinding } = nextDelayMs.failed(error);
      if (isBinding) notBeforeMs = clock.monotonicMs() + delayMs;
      return delayMs;
    }
  }

  function run(): void {
    const placeInMs = ceiling.begin("load");
    if (placeInMs > 0) return schedule(clock.monotonicMs() + placeInMs);
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

/** How long to wait after a load. */
interface Delays {
  succeeded(): number;
  /** Binding: not even an announcement shortens it. */
  failed(error: unknown): { readonly delayMs: number; readonly isBinding: boolean };
}

function createDelays({ isServing, clock, random, pollIntervalMs }: RefreshLoopParts): Delays {
  const retry = createRetryPolicy(random, RETRY_FLOOR_MS);
  const budget = createRetryBudget();
  const startedAtMs = clock.monotonicMs();
  let isSpread = false;

  /** The first poll may come at any moment of the interval: whoever started together is apart from then on. */
  function nextPollMs(): number {
    const share = isSpread ? 0.8 + 0.4 * random() : random();
    isSpread = true;
    return pollIntervalMs * share;
  }

  /** What follows from a failed load. */
  function kindOf(error: unknown): FailureClass {
    const isMissing = error instanceof RequestError && error.status === 404;
    const isNotYet = isMissing && !isServing() && clock.monotonicMs() - startedAtMs < NOT_YET_MS;
    return isNotYet ? "backoff" : classifyFailure(error);
  }

  return {
    succeeded() {
      budget.refund();
      return retry.succeeded() || nextPollMs();
    },
    failed(error) {
      const kind = kindOf(error);
      if (kind === "rejected" || kind === "too_large") {
        const askedMs = error instanceof RequestError ? error.retryAfterMs : 0;
        return { delayMs: Math.max(askedMs, nextPollMs()), isBinding: askedMs > 0 };
      }
      const delayMs = retry.failed(error, kind);
      const isInBudget = kind === "extended" || budget.spend();
      // Beyond the budget there are no retries, only polls.
      return { delayMs: isInBudget ? delayMs : Math.max(delayMs, nextPollMs()), isBinding: true };
    },
  };
}
