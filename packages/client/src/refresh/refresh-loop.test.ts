/** Holds the refresh loop to its schedule, on virtual time. @module */
import { FlagError } from "@aplomb/core";
import { createSeededRandom, createVirtualClock, type VirtualClock } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { RequestError } from "../retry/request-error.js";
import { createAttemptCeiling } from "./attempt-ceiling.js";
import { createRefreshLoop, type RefreshLoop } from "./refresh-loop.js";

const POLL_MS = 30_000;

/** A loop that polls every 30 seconds, and that has a bundle to go on with unless a test says otherwise. */
function loopOf(
  load: () => Promise<unknown>,
  clock: VirtualClock,
  random: () => number,
  isServing: () => boolean = () => true,
): RefreshLoop {
  const ceiling = createAttemptCeiling(clock, random, POLL_MS);
  const loadOnce = async (): Promise<boolean> => (await load()) === "news";
  return createRefreshLoop({ load: loadOnce, isServing, ceiling, clock, random, pollIntervalMs: POLL_MS });
}

/** A loop whose loads do what a script says: undefined succeeds, an error fails; the last entry repeats. */
function scripted(script: readonly (Error | undefined)[], random: () => number) {
  const clock = createVirtualClock();
  const loadedAtMs: number[] = [];
  const load = async () => {
    const step = script[Math.min(loadedAtMs.length, script.length - 1)];
    loadedAtMs.push(clock.monotonicMs());
    if (step) throw step;
  };
  const loop = loopOf(load, clock, random);
  return { clock, loop, loadedAtMs };
}

/** A virtual clock whose readings may leap while its timers wait: a machine that sleeps. */
function sleepyClock() {
  const awake = createVirtualClock();
  let [monotonicMs, wallMs] = [0, 0];
  const clock: VirtualClock = {
    ...awake,
    nowMs: () => awake.nowMs() + wallMs,
    monotonicMs: () => awake.monotonicMs() + monotonicMs,
    get pendingTimers() {
      return awake.pendingTimers;
    },
  };
  const sleep = (byMonotonicMs: number, byWallMs: number): void => {
    monotonicMs += byMonotonicMs;
    wallMs += byWallMs;
  };
  return { clock, sleep };
}

const unreachable = new RequestError("down");
const refused = new RequestError("no", { status: 403 });
const throttled = new RequestError("busy", { status: 429, retryAfterMs: 90_000 });

describe("createRefreshLoop", () => {
  test.each([
    { name: "polls, lowest draws", script: [undefined], draw: 0, at: [0, 0, 24_000, 48_000] },
    { name: "polls, highest draws", script: [undefined], draw: 1, at: [0, 30_000, 66_000, 102_000] },
    { name: "D2 a failed first load", script: [unreachable, undefined], draw: 0.5, at: [0, 1_000, 16_000, 46_000] },
    { name: "failures, highest draws", script: [unreachable], draw: 1, at: [0, 1_000, 3_000, 7_000, 15_000] },
    { name: "refusals", script: [refused], draw: 0.5, at: [0, 225_000, 450_000] },
    { name: "Retry-After", script: [throttled], draw: 0, at: [0, 90_000, 180_000] },
    {
      name: "bad bundles wait for a poll",
      script: [undefined, new FlagError("SIGNATURE")],
      draw: 1,
      at: [0, 30_000, 66_000],
    },
    { name: "an unusable root", script: [new FlagError("ROOT")], draw: 0, at: [0, 300_000] },
  ])("$name", async ({ script, draw, at }) => {
    const { clock, loop, loadedAtMs } = scripted(script, () => draw);
    loop.start();
    await clock.advance(at.at(-1) ?? 0);
    loop.stop();
    expect(loadedAtMs.slice(0, at.length)).toEqual(at);
  });

  test.each([401, 403, 404, 405])(
    "N-04 %d for an hour, then not: few attempts, never none, and the usual pace after two successes",
    async (status) => {
      const clock = createVirtualClock();
      const loadedAtMs: number[] = [];
      const load = async () => {
        loadedAtMs.push(clock.monotonicMs());
        if (clock.monotonicMs() < 3_600_000) throw new RequestError("no", { status });
      };
      loopOf(load, clock, createSeededRandom(4).next).start();
      await clock.advance(3_600_000);
      expect(loadedAtMs.length).toBeGreaterThanOrEqual(12);
      expect(loadedAtMs.length).toBeLessThanOrEqual(24);
      const before = loadedAtMs.length;
      await clock.advance(1_200_000);
      const gapsMs = loadedAtMs.slice(before).map((atMs, place, all) => (all[place + 1] ?? Number.NaN) - atMs);
      expect(gapsMs[0]).toBeGreaterThanOrEqual(150_000);
      expect(gapsMs.slice(1, -1).every((gapMs) => gapMs <= 36_000)).toBe(true);
    },
  );

  test("what is not found is not published yet: whoever publishes after starting a client waits a minute, not five", async () => {
    const missing = new RequestError("no", { status: 404 });
    for (const publishedAtMs of [10_000, 120_000, 500_000]) {
      const clock = createVirtualClock();
      let loadedAtMs = Number.POSITIVE_INFINITY;
      const load = async () => {
        if (clock.monotonicMs() < publishedAtMs) throw missing;
        loadedAtMs = Math.min(loadedAtMs, clock.monotonicMs());
      };
      loopOf(load, clock, createSeededRandom(publishedAtMs).next, () => false).start();
      await clock.advance(publishedAtMs + 60_000);
      expect(loadedAtMs).toBeLessThanOrEqual(publishedAtMs + 60_000);
    }
  });

  test("what is still not found after ten minutes is a refusal like any other", async () => {
    const clock = createVirtualClock();
    const loadedAtMs: number[] = [];
    const load = async () => {
      loadedAtMs.push(clock.monotonicMs());
      throw new RequestError("no", { status: 404 });
    };
    loopOf(load, clock, createSeededRandom(1).next, () => false).start();
    await clock.advance(3_600_000);
    const late = loadedAtMs.filter((atMs) => atMs > 700_000);
    expect(late.length).toBeGreaterThanOrEqual(9);
    expect(late.length).toBeLessThanOrEqual(20);
  });

  test("beyond the budget of ten there are no retries, only polls", async () => {
    const { clock, loop, loadedAtMs } = scripted([unreachable], () => 0);
    loop.start();
    await clock.advance(600_000);
    const gapsMs = loadedAtMs.slice(1).map((atMs, place) => atMs - (loadedAtMs[place] ?? 0));
    // Lowest draws: retries after a second, six of them a minute, until the tenth; then the shortest poll.
    expect(gapsMs.slice(0, 5)).toEqual(Array(5).fill(1_000));
    expect(gapsMs.slice(12, -1).every((gapMs) => gapMs === 24_000)).toBe(true);
  });

  test.each([
    [undefined, 0],
    [0, 0],
    [1_000, 1_000],
    [30_000, 30_000],
    [600_000, 600_000],
  ])("N-03 Retry-After of %d ms: never earlier, and never ten minutes later", async (retryAfterMs, leastMs) => {
    for (const status of [429, 503, 403, 413]) {
      const clock = createVirtualClock();
      const loadedAtMs: number[] = [];
      const load = async () => {
        loadedAtMs.push(clock.monotonicMs());
        throw new RequestError("no", { status, ...(retryAfterMs !== undefined && { retryAfterMs }) });
      };
      const loop = loopOf(load, clock, createSeededRandom(status).next);
      loop.start();
      await clock.advance(100);
      loop.announced();
      await clock.advance(1_200_000);
      const gapsMs = loadedAtMs.slice(1).map((atMs, place) => atMs - (loadedAtMs[place] ?? 0));
      // What is no trouble of the endpoint, an announcement may hurry.
      expect(Math.min(...gapsMs)).toBeGreaterThanOrEqual(leastMs);
      expect(Math.max(...gapsMs)).toBeLessThanOrEqual(Math.max(600_000, leastMs));
    }
  });

  test.each([
    { name: "both clocks go on", monotonic: true, wall: true },
    { name: "monotonic time stands still", monotonic: false, wall: true },
    { name: "the wall clock stands still", monotonic: true, wall: false },
  ])("A-15 eight hours of sleep: one load within five seconds, $name", async ({ monotonic, wall }) => {
    const HOURS_MS = 8 * 3_600_000;
    for (const draw of [0, 0.5, 0.999]) {
      const { clock, sleep } = sleepyClock();
      const loadedAtMs: number[] = [];
      const load = async () => void loadedAtMs.push(clock.monotonicMs());
      const loop = loopOf(load, clock, () => draw);
      loop.start();
      await clock.advance(100_000);
      const before = loadedAtMs.length;
      const timerInMs = 24_000 + 12_000 * draw - (100_000 - (loadedAtMs.at(-1) ?? 0));
      sleep(monotonic ? HOURS_MS : 0, wall ? HOURS_MS : 0);
      const wokeAtMs = clock.monotonicMs();
      // The timer that was waiting rings as late as it was asleep.
      await clock.advance(timerInMs);
      await clock.advance(draw * 5_000 - 1);
      expect(loadedAtMs.length - before).toBe(draw === 0 ? 1 : 0);
      await clock.advance(1);
      expect(loadedAtMs.length - before).toBe(1);
      expect((loadedAtMs.at(-1) ?? 0) - wokeAtMs - timerInMs).toBeLessThan(5_000);
      // And then as ever.
      await clock.advance(24_000 + 12_000 * draw);
      expect([loadedAtMs.length - before, clock.pendingTimers]).toEqual([2, 1]);
      loop.stop();
    }
  });

  test("a timer that is a little late, or a clock that is set back, is no sleep", async () => {
    const { clock, sleep } = sleepyClock();
    const loadedAtMs: number[] = [];
    const load = async () => void loadedAtMs.push(clock.monotonicMs());
    loopOf(load, clock, () => 0.5).start();
    await clock.advance(10);
    sleep(60_000, 60_000);
    sleep(0, -86_400_000);
    await clock.advance(15_000);
    expect(loadedAtMs.length).toBe(2);
  });

  test.each([
    { name: "soon", atMs: 100, draw: 0.4, expected: 500 },
    { name: "no later than the poll", atMs: 11_990, draw: 0.4, expected: 12_000 },
  ])("an announcement is followed $name", async ({ atMs, draw, expected }) => {
    const { clock, loop, loadedAtMs } = scripted([undefined], () => draw);
    loop.start();
    await clock.advance(atMs);
    loop.announced();
    await clock.advance(1_000);
    expect(loadedAtMs).toEqual([0, expected]);
  });

  test("an announcement does not hurry an endpoint in trouble", async () => {
    const { clock, loop, loadedAtMs } = scripted([throttled, undefined], () => 0);
    loop.start();
    await clock.advance(10);
    loop.announced();
    await clock.advance(89_989);
    expect(loadedAtMs).toEqual([0]);
    await clock.advance(1);
    expect(loadedAtMs.slice(0, 2)).toEqual([0, 90_000]);
  });

  test("an announcement during a load is followed by another load", async () => {
    const clock = createVirtualClock();
    let loads = 0;
    let finish = () => {};
    const load = () => {
      loads++;
      return new Promise<void>((resolve) => {
        finish = resolve;
      });
    };
    const loop = loopOf(load, clock, () => 0.5);
    loop.start();
    loop.announced();
    finish();
    await clock.advance(500);
    expect(loads).toBe(2);
  });

  test("a paused loop rests, and catches up once when it goes on", async () => {
    const { clock, loop, loadedAtMs } = scripted([undefined], () => 0.5);
    loop.start();
    await clock.advance(10);
    loop.pause();
    await clock.advance(600_000);
    expect(loadedAtMs).toEqual([0]);
    loop.resume();
    loop.resume();
    await clock.advance(1_000);
    expect(loadedAtMs).toEqual([0, 600_510]);
    expect(clock.pendingTimers).toBe(1);
  });

  test("the first load happens though the page is hidden", async () => {
    const { clock, loop, loadedAtMs } = scripted([undefined], () => 0.5);
    loop.pause();
    loop.start();
    await clock.advance(600_000);
    expect(loadedAtMs).toEqual([0]);
  });

  test("a stopped loop loads no more and leaves no timer", async () => {
    const { clock, loop, loadedAtMs } = scripted([undefined], () => 0.5);
    loop.start();
    await clock.settle();
    loop.stop();
    loop.announced();
    loop.resume();
    await clock.advance(600_000);
    expect([loadedAtMs, clock.pendingTimers]).toEqual([[0], 0]);
  });
});
