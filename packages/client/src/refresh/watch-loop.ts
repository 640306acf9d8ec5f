/** Keeps one stream of announcements open: reconnects with full jitter, and mistrusts silence. @module */
import type { Clock } from "../clock.js";
import type { Announcement, WatchBundle } from "../refresh-source.js";
import { createRetryPolicy } from "../retry/retry-policy.js";
import type { AttemptCeiling } from "./attempt-ceiling.js";

const RETRY_FLOOR_MS = 1_000;
/** A stream that says nothing for this long, not even one of three heartbeats, is taken for dead. */
const SILENCE_MS = 45_000;
/** A stream that lived this long was a good one: the next reconnect starts with short waits again. */
const GOOD_LIFE_MS = 30_000;

/** What the loop needs. */
export interface WatchLoopParts {
  /** Opens the means to watch; called at the first start, and again until it succeeds. */
  readonly open: () => Promise<WatchBundle>;
  readonly announced: (announcement: Announcement) => void;
  readonly ceiling: AttemptCeiling;
  readonly clock: Clock;
  readonly random: () => number;
}

/** A stream that comes back. */
export interface WatchLoop {
  start(): void;
  /** Closes the stream; `start` opens it again. */
  stop(): void;
}

/** Makes the loop; nothing happens before `start`. */
export function createWatchLoop({ open, announced, ceiling, clock, random }: WatchLoopParts): WatchLoop {
  const retry = createRetryPolicy(random, RETRY_FLOOR_MS);
  let watch: WatchBundle | undefined;
  let stopCurrent: (() => void) | undefined;

  async function watchOnce(signal: AbortSignal, heard: () => void): Promise<void> {
    watch ??= await open();
    if (signal.aborted) return;
    await watch((announcement) => {
      heard();
      if (announcement.version > 0) announced(announcement);
    }, signal);
  }

  function connectIn(delayMs: number): void {
    stopCurrent = clock.setTimer(connect, delayMs);
  }

  function connect(): void {
    const placeInMs = ceiling.begin("stream");
    if (placeInMs > 0) return connectIn(placeInMs);
    const abort = new AbortController();
    const startedAtMs = clock.monotonicMs();
    let cancel = (): void => {};
    const heard = (): void => {
      cancel();
      cancel = clock.setTimer(() => abort.abort(), SILENCE_MS);
    };
    let stopped = false;
    stopCurrent = () => {
      stopped = true;
      cancel();
      abort.abort();
    };
    const reconnect = (error?: unknown): void => {
      cancel();
      if (stopped) return;
      if (clock.monotonicMs() - startedAtMs >= GOOD_LIFE_MS) retry.succeeded();
      connectIn(retry.failed(error));
    };
    heard();
    watchOnce(abort.signal, heard).then(() => reconnect(), reconnect);
  }

  return {
    start() {
      if (!stopCurrent) connect();
    },
    stop() {
      stopCurrent?.();
      stopCurrent = undefined;
    },
  };
}
