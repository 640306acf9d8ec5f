/** When requests are refused for the sake of the others. @module */
import { createVirtualClock } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { createLoadGuard, createLoadReader, type Load, type ShedReason } from "./load-guard.js";

const mebibyte = 1024 * 1024;
const calm: Load = { heapUsedBytes: 10, externalBytes: 0, eventLoopDelayMs: 20 };

/** A guard over a heap of 100 bytes in a container of 150, which sees these loads one after the other. */
async function reasonsFor(loads: readonly Partial<Load>[]): Promise<(ShedReason | undefined)[]> {
  const clock = createVirtualClock();
  const seen = loads.map((load) => ({ ...calm, ...load }));
  const reader = { read: () => seen.shift() ?? calm, stop: () => undefined };
  const guard = createLoadGuard({ heapLimitBytes: 100, containerLimitBytes: 150 }, clock, reader);
  const reasons = [guard.reason()];
  for (let look = 1; look < loads.length; look++) {
    await clock.advance(250);
    reasons.push(guard.reason());
  }
  guard.stop();
  expect(clock.pendingTimers).toBe(0);
  return reasons;
}

describe("createLoadGuard", () => {
  test.each<{ name: string; loads: Partial<Load>[]; reasons: (ShedReason | undefined)[] }>([
    { name: "calm", loads: [{}], reasons: [undefined] },
    {
      name: "a heap that is nearly full, until it is not",
      loads: [{ heapUsedBytes: 86 }, { heapUsedBytes: 84 }],
      reasons: ["heap", undefined],
    },
    {
      name: "buffers that fill the container",
      loads: [{ heapUsedBytes: 60, externalBytes: 68 }],
      reasons: ["memory"],
    },
    {
      name: "a loop that stays late, not one that was late once",
      loads: [{ eventLoopDelayMs: 2_000 }, {}, { eventLoopDelayMs: 2_000 }, { eventLoopDelayMs: 2_000 }, {}],
      reasons: [undefined, undefined, undefined, "event_loop", undefined],
    },
  ])("S-09: $name", async ({ loads, reasons }) => {
    expect(await reasonsFor(loads)).toEqual(reasons);
  });

  test("takes so many bytes at once, and as many again when they are done", () => {
    const reader = { read: () => calm, stop: () => undefined };
    const guard = createLoadGuard(
      { heapLimitBytes: 100, containerLimitBytes: undefined },
      createVirtualClock(),
      reader,
    );
    const done = guard.enter(5 * mebibyte);
    expect([typeof guard.enter(4 * mebibyte), typeof guard.enter(3 * mebibyte)]).toEqual(["undefined", "function"]);
    done?.();
    done?.();
    expect([typeof guard.enter(6 * mebibyte), typeof guard.enter(5 * mebibyte)]).toEqual(["undefined", "function"]);
  });
});

test("the process says how it fares", () => {
  const reader = createLoadReader();
  expect(reader.read()).toEqual({
    heapUsedBytes: expect.any(Number),
    externalBytes: expect.any(Number),
    eventLoopDelayMs: expect.any(Number),
  });
  reader.stop();
});
