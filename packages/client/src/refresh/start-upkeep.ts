/** Keeps a client current after its first load: one loop that polls, one stream, and one ceiling for both. @module */
import type { Clock } from "../clock.js";
import type { Announcement, WatchBundle } from "../refresh-source.js";
import { createAttemptCeiling } from "./attempt-ceiling.js";
import { createRefreshLoop } from "./refresh-loop.js";
import { createWatchLoop } from "./watch-loop.js";

/** What upkeep needs. */
export interface UpkeepParts {
  /** The first load, which has begun. */
  readonly first: Promise<boolean>;
  /** Loads once: whether that brought a newer version. Rejects if it failed. */
  readonly load: (signal: AbortSignal) => Promise<boolean>;
  /** Whether there is a bundle to go on with. */
  readonly isServing: () => boolean;
  /** Opens the means to listen for announcements; absent where nobody streams. */
  readonly openWatch: (() => Promise<WatchBundle>) | undefined;
  /** Whether an announcement is about something newer than what is active. */
  readonly isNews: (announcement: Announcement) => boolean;
  readonly isPaused: boolean;
  readonly clock: Clock;
  readonly random: () => number;
  readonly pollIntervalMs: number;
}

/** Upkeep that goes on. */
export interface Upkeep {
  /** No polls and no stream until `resume`. */
  pause(): void;
  resume(): void;
  stop(): void;
}

/** Begins. */
export function startUpkeep(parts: UpkeepParts): Upkeep {
  const { clock, random, pollIntervalMs, openWatch, isNews } = parts;
  let first: Promise<boolean> | undefined = parts.first;
  const load = (signal: AbortSignal): Promise<boolean> => {
    const begun = first;
    first = undefined;
    return begun ?? parts.load(signal);
  };
  const ceiling = createAttemptCeiling(clock, random, pollIntervalMs);
  const loop = createRefreshLoop({ ...parts, load, ceiling });
  const announced = (announcement: Announcement): void => {
    if (isNews(announcement)) loop.announced();
  };
  const stream = openWatch && createWatchLoop({ open: openWatch, announced, ceiling, clock, random });
  if (parts.isPaused) loop.pause();
  loop.start();
  if (!parts.isPaused) stream?.start();
  return {
    pause() {
      loop.pause();
      stream?.stop();
    },
    resume() {
      loop.resume();
      stream?.start();
    },
    stop() {
      loop.stop();
      stream?.stop();
    },
  };
}
