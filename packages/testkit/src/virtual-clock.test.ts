/** Holds the virtual clock to what its name says. @module */
import { describe, expect, test } from "vitest";
import { createVirtualClock } from "./virtual-clock.js";

describe("createVirtualClock", () => {
  test("calls timers in the order of their moments, each at its moment", async () => {
    const clock = createVirtualClock(1_000);
    const seen: [string, number][] = [];
    clock.setTimer(() => seen.push(["late", clock.nowMs()]), 50);
    clock.setTimer(() => {
      seen.push(["early", clock.nowMs()]);
      clock.setTimer(() => seen.push(["nested", clock.monotonicMs()]), 10);
    }, 20);
    await clock.advance(49);
    expect(seen).toEqual([
      ["early", 1_020],
      ["nested", 30],
    ]);
    await clock.advance(1);
    expect(seen.at(-1)).toEqual(["late", 1_050]);
    expect(clock.pendingTimers).toBe(0);
  });

  test("a cancelled timer is not called", async () => {
    const clock = createVirtualClock();
    const cancel = clock.setTimer(() => expect.unreachable(), 5);
    cancel();
    await clock.advance(10);
    expect(clock.pendingTimers).toBe(0);
  });

  test("a jump moves the wall clock and no timer", async () => {
    const clock = createVirtualClock(0);
    clock.setTimer(() => expect.unreachable(), 5);
    clock.jump(-3_600_000);
    await clock.settle();
    expect([clock.nowMs(), clock.monotonicMs()]).toEqual([-3_600_000, 0]);
  });

  test("promise chains settle before the next timer", async () => {
    const clock = createVirtualClock();
    const seen: string[] = [];
    clock.setTimer(
      () =>
        void Promise.resolve()
          .then(() => Promise.resolve())
          .then(() => seen.push("chain")),
      1,
    );
    clock.setTimer(() => seen.push("timer"), 2);
    await clock.advance(2);
    expect(seen).toEqual(["chain", "timer"]);
  });
});
