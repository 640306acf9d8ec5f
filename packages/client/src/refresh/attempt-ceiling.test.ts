/** I-08: however an endpoint behaves, one client asks at most six times a minute. @module */
import { FlagError, type FlagErrorCode } from "@aplomb/core";
import { createSeededRandom, createVirtualClock, type VirtualClock } from "@aplomb/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { WatchBundle } from "../refresh-source.js";
import { RequestError } from "../retry/request-error.js";
import { createAttemptCeiling } from "./attempt-ceiling.js";
import { createRefreshLoop } from "./refresh-loop.js";
import { createWatchLoop } from "./watch-loop.js";

const RUNS = process.env.APLOMB_DEEP === "1" ? 10_000 : 200;
const MINUTE_MS = 60_000;

const statuses = [0, 0, 400, 401, 403, 404, 405, 408, 409, 413, 415, 429, 500, 501, 502, 503, 504] as const;
const codes: readonly FlagErrorCode[] = [
  "MALFORMED",
  "SIGNATURE",
  "ROLLBACK",
  "AUDIENCE",
  "HASH",
  "LIMIT",
  "SHRINK",
  "ROOT",
];
const failure = fc.oneof(
  fc.record({
    status: fc.constantFrom(...statuses),
    retryAfterMs: fc.constantFrom(0, 0, 0, 1, 1_000, 30_000, 600_000),
  }),
  fc.constantFrom(...codes),
);
/** What an endpoint does with one load: how long it takes, and how it ends. */
const answer = fc.record({ tookMs: fc.constantFrom(0, 0, 5, 400, 9_000), failure: fc.option(failure) });
/** What it does with one stream: how long it lives, how often it announces something, and how it ends. */
const stream = fc.record({
  livesMs: fc.constantFrom(0, 1, 900, 31_000, 10 * MINUTE_MS),
  announcesEveryMs: fc.constantFrom(70, 900, 31_000),
  failure: fc.option(failure),
});
const behaviour = fc.record({
  seed: fc.integer(),
  isServing: fc.boolean(),
  answers: fc.array(answer, { minLength: 1, maxLength: 8 }),
  streams: fc.array(stream, { minLength: 1, maxLength: 8 }),
});
type Behaviour = typeof behaviour extends fc.Arbitrary<infer T> ? T : never;

function errorOf(failure: Behaviour["answers"][number]["failure"]): unknown {
  return typeof failure === "string" ? new FlagError(failure) : new RequestError("no", failure ?? {});
}

const wait = (clock: VirtualClock, delayMs: number): Promise<void> =>
  new Promise((resolve) => void clock.setTimer(resolve, delayMs));

/** When a client asked such an endpoint in the first ten minutes. */
async function attemptsOf({ seed, isServing, answers, streams }: Behaviour): Promise<number[]> {
  const clock = createVirtualClock(0, { settling: "promises" });
  const random = createSeededRandom(seed).next;
  const ceiling = createAttemptCeiling(clock, random, 30_000);
  const attempts: number[] = [];
  let [loads, connects] = [0, 0];
  const load = async (): Promise<boolean> => {
    attempts.push(clock.monotonicMs());
    const { tookMs, failure } = answers[loads++ % answers.length] as Behaviour["answers"][number];
    await wait(clock, tookMs);
    if (failure !== null) throw errorOf(failure);
    return false;
  };
  const parts = { ceiling, clock, random };
  const loop = createRefreshLoop({ ...parts, load, isServing: () => isServing, pollIntervalMs: 30_000 });
  const watch: WatchBundle = async (announced, signal) => {
    attempts.push(clock.monotonicMs());
    const { livesMs, announcesEveryMs, failure } = streams[connects++ % streams.length] as Behaviour["streams"][number];
    const endMs = clock.monotonicMs() + livesMs;
    while (clock.monotonicMs() < endMs && !signal.aborted) {
      await wait(clock, Math.min(announcesEveryMs, endMs - clock.monotonicMs()));
      announced({ epoch: 1, version: 1 });
    }
    if (failure !== null) throw errorOf(failure);
  };
  const watchLoop = createWatchLoop({ ...parts, open: async () => watch, announced: loop.announced });
  loop.start();
  watchLoop.start();
  await clock.advance(10 * MINUTE_MS);
  loop.stop();
  watchLoop.stop();
  return attempts.sort((one, other) => one - other);
}

/** The most attempts in any minute. */
function mostInAMinute(attempts: readonly number[]): number {
  return Math.max(
    ...attempts.map((fromMs, at) => attempts.slice(at).filter((atMs) => atMs < fromMs + MINUTE_MS - 0.001).length),
  );
}

describe("createAttemptCeiling", () => {
  test(`I-08 at most six attempts in any minute, whatever the endpoint does (${RUNS} endpoints)`, async () => {
    let highest = 0;
    await fc.assert(
      fc.asyncProperty(behaviour, async (endpoint) => {
        const attempts = await attemptsOf(endpoint);
        highest = Math.max(highest, mostInAMinute(attempts));
        expect(mostInAMinute(attempts)).toBeLessThanOrEqual(6);
        // And it never stops: even the extended regime and the longest Retry-After come back.
        expect(attempts.length).toBeGreaterThanOrEqual(2);
      }),
      { numRuns: RUNS, seed: 8 },
    );
    expect(highest).toBe(6);
  }, 600_000);

  test("a newer signed version does not count: whoever publishes ten times in a minute is followed ten times", () => {
    const ceiling = createAttemptCeiling(createVirtualClock(0, { settling: "promises" }), () => 0, 30_000);
    for (let version = 0; version < 10; version++) {
      expect(ceiling.begin("load")).toBe(0);
      ceiling.broughtNews();
    }
  });

  test("whoever asks for more frequent polls gets them", async () => {
    const clock = createVirtualClock(0, { settling: "promises" });
    const ceiling = createAttemptCeiling(clock, () => 0, 1_000);
    for (let poll = 0; poll < 200; poll++) {
      expect(ceiling.begin("load")).toBe(0);
      await clock.advance(800);
    }
  });

  test("those who were stopped together go on apart", () => {
    const waits = [0, 0.5, 1].map((draw) => {
      const ceiling = createAttemptCeiling(createVirtualClock(0, { settling: "promises" }), () => draw, 30_000);
      for (let attempt = 0; attempt < 6; attempt++) ceiling.begin("load");
      return ceiling.begin("load");
    });
    expect(waits).toEqual([60_000, 62_500, 65_000]);
  });
});
