/** Holds the watch loop to reconnecting, with manners. @module */
import { createVirtualClock } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import type { Announcement, WatchBundle } from "../refresh-source.js";
import { createAttemptCeiling } from "./attempt-ceiling.js";
import { createWatchLoop } from "./watch-loop.js";

interface OpenStream {
  readonly announce: (announcement: Announcement) => void;
  readonly end: (error?: unknown) => void;
  readonly signal: AbortSignal;
}

function watched() {
  const clock = createVirtualClock();
  const streams: OpenStream[] = [];
  const openedAtMs: number[] = [];
  const announced: number[] = [];
  const watch: WatchBundle = (announce, signal) =>
    new Promise((resolve, reject) => {
      openedAtMs.push(clock.monotonicMs());
      streams.push({ announce, signal, end: (error) => (error ? reject(error) : resolve()) });
      signal.addEventListener("abort", () => reject(new Error("aborted")));
    });
  const loop = createWatchLoop({
    open: async () => watch,
    announced: ({ version }) => announced.push(version),
    ceiling: createAttemptCeiling(clock, () => 1, 30_000),
    clock,
    random: () => 1,
  });
  return { clock, streams, openedAtMs, announced, loop };
}

describe("createWatchLoop", () => {
  test("passes announcements on, and heartbeats not", async () => {
    const { clock, streams, announced, loop } = watched();
    loop.start();
    await clock.settle();
    for (const version of [3, 0, 4]) streams[0]?.announce({ epoch: 1, version });
    expect(announced).toEqual([3, 4]);
  });

  test("reconnects with growing waits, however the stream ends", async () => {
    const { clock, streams, openedAtMs, loop } = watched();
    loop.start();
    await clock.settle();
    streams[0]?.end(new Error("reset"));
    await clock.advance(1_000);
    streams[1]?.end();
    await clock.advance(2_000);
    expect(openedAtMs).toEqual([0, 1_000, 3_000]);
  });

  test("I-08 no more than three streams a minute, whatever the other side does", async () => {
    const { clock, streams, openedAtMs, loop } = watched();
    loop.start();
    for (let second = 0; second < 120; second++) {
      await clock.advance(1_000);
      streams.at(-1)?.end();
    }
    expect(openedAtMs.filter((atMs) => atMs <= 60_000)).toHaveLength(3);
    expect(openedAtMs.slice(0, 4)).toEqual([0, 2_000, 4_000, 65_000]);
  });

  test("after a long life the waits are short again", async () => {
    const { clock, streams, openedAtMs, loop } = watched();
    loop.start();
    await clock.settle();
    streams[0]?.end();
    await clock.advance(1_000);
    await clock.advance(30_000);
    streams[1]?.end();
    await clock.advance(1_000);
    expect(openedAtMs).toEqual([0, 1_000, 32_000]);
  });

  test("silence for 45 seconds is a broken stream; a heartbeat is not silence", async () => {
    const { clock, streams, openedAtMs, loop } = watched();
    loop.start();
    await clock.advance(44_000);
    streams[0]?.announce({ epoch: 0, version: 0 });
    await clock.advance(44_000);
    expect(streams[0]?.signal.aborted).toBe(false);
    await clock.advance(2_000);
    expect(streams[0]?.signal.aborted).toBe(true);
    expect(openedAtMs).toEqual([0, 90_000]);
  });

  test("stop closes the stream and leaves no timer; start opens another", async () => {
    const { clock, streams, openedAtMs, loop } = watched();
    loop.start();
    loop.start();
    await clock.settle();
    loop.stop();
    await clock.advance(600_000);
    expect([streams[0]?.signal.aborted, openedAtMs.length, clock.pendingTimers]).toEqual([true, 1, 0]);
    loop.start();
    await clock.settle();
    expect(openedAtMs).toEqual([0, 600_000]);
  });

  test("what cannot be opened is tried again", async () => {
    const clock = createVirtualClock();
    let attempts = 0;
    const open = async () => {
      attempts++;
      throw new Error("the chunk did not load");
    };
    const ceiling = createAttemptCeiling(clock, () => 1, 30_000);
    createWatchLoop({ open, announced: () => {}, ceiling, clock, random: () => 1 }).start();
    await clock.advance(3_000);
    expect(attempts).toBe(3);
  });
});
