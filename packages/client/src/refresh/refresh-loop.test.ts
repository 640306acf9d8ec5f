/** Holds the refresh loop to its schedule, on virtual time. @module */
import { FlagError } from "@aplomb/core";
import { createSeededRandom, createVirtualClock } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { RequestError } from "../retry/request-error.js";
import { createRefreshLoop } from "./refresh-loop.js";

/** A loop whose loads do what a script says: undefined succeeds, an error fails; the last entry repeats. */
function scripted(script: readonly (Error | undefined)[], random: () => number) {
  const clock = createVirtualClock();
  const loadedAtMs: number[] = [];
  const load = async () => {
    const step = script[Math.min(loadedAtMs.length, script.length - 1)];
    loadedAtMs.push(clock.monotonicMs());
    if (step) throw step;
  };
  const loop = createRefreshLoop({ load, clock, random, pollIntervalMs: 30_000 });
  return { clock, loop, loadedAtMs };
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

  test("N-04 refused for an hour, then not: few attempts, never none, and the usual pace after two successes", async () => {
    const clock = createVirtualClock();
    const loadedAtMs: number[] = [];
    const load = async () => {
      loadedAtMs.push(clock.monotonicMs());
      if (clock.monotonicMs() < 3_600_000) throw refused;
    };
    const random = createSeededRandom(4).next;
    createRefreshLoop({ load, clock, random, pollIntervalMs: 30_000 }).start();
    await clock.advance(3_600_000);
    expect(loadedAtMs.length).toBeGreaterThanOrEqual(12);
    expect(loadedAtMs.length).toBeLessThanOrEqual(24);
    const before = loadedAtMs.length;
    await clock.advance(1_200_000);
    const gapsMs = loadedAtMs.slice(before).map((atMs, place, all) => (all[place + 1] ?? Number.NaN) - atMs);
    expect(gapsMs[0]).toBeGreaterThanOrEqual(150_000);
    expect(gapsMs.slice(1, -1).every((gapMs) => gapMs <= 36_000)).toBe(true);
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
    const loop = createRefreshLoop({ load, clock, random: () => 0.5, pollIntervalMs: 30_000 });
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
