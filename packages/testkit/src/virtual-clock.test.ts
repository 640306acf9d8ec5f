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

  test.each([
    { name: "a year ahead", byMs: 31_536_000_000 },
    { name: "a year back", byMs: -31_536_000_000 },
  ])("jump $name: timers keep their moments", async ({ byMs }) => {
    const clock = createVirtualClock(0);
    const seen: [number, number][] = [];
    clock.setTimer(() => seen.push([clock.monotonicMs(), clock.nowMs()]), 10);
    await clock.advance(5);
    clock.jump(byMs);
    await clock.advance(5);
    expect(seen).toEqual([[10, 10 + byMs]]);
  });

  test("sleep calls what came due late, at the moment of waking, and nothing twice", async () => {
    const clock = createVirtualClock(0);
    const seen: [string, number][] = [];
    const tick = (): void => {
      seen.push(["poll", clock.monotonicMs()]);
      clock.setTimer(tick, 30);
    };
    clock.setTimer(tick, 30);
    clock.setTimer(() => seen.push(["early", clock.nowMs()]), 10);
    await clock.sleep(1_000);
    expect(seen).toEqual([
      ["early", 1_000],
      ["poll", 1_000],
    ]);
    await clock.advance(30);
    expect(seen.at(-1)).toEqual(["poll", 1_030]);
  });

  test("advanceUntilIdle runs until no timer is left, and says how long that took", async () => {
    const clock = createVirtualClock();
    let left = 5;
    const again = (): void => void (--left > 0 && clock.setTimer(again, 100));
    clock.setTimer(again, 100);
    expect([await clock.advanceUntilIdle(), left, clock.monotonicMs()]).toEqual([500, 0, 500]);
    expect(await clock.advanceUntilIdle()).toBe(0);
  });

  test("advanceUntilIdle gives up on what never ends", async () => {
    const clock = createVirtualClock();
    const forever = (): void => void clock.setTimer(forever, 100);
    forever();
    await expect(clock.advanceUntilIdle(1_000)).rejects.toThrow("1 timers still wait after 1000 virtual ms");
  });

  test("advanceUntil stops at the first timer after which the condition holds", async () => {
    const clock = createVirtualClock();
    let count = 0;
    const tick = (): void => {
      count++;
      clock.setTimer(tick, 100);
    };
    clock.setTimer(tick, 100);
    await clock.advanceUntil(() => count === 3);
    expect(clock.monotonicMs()).toBe(300);
    await expect(clock.advanceUntil(() => count < 0, 1_000)).rejects.toThrow(
      /never within 1000 virtual ms: .*count < 0/,
    );
  });

  test.each(["io", "promises"] as const)(
    "settling %s lets chains of promises end before the next timer",
    async (settling) => {
      const clock = createVirtualClock(0, { settling });
      const seen: string[] = [];
      const chain = async (): Promise<void> => {
        for (let link = 0; link < 10; link++) await Promise.resolve();
        seen.push("chain");
      };
      clock.setTimer(() => void chain(), 1);
      clock.setTimer(() => seen.push("timer"), 1);
      await clock.advance(1);
      expect(seen).toEqual(["chain", "timer"]);
    },
  );

  test("10,000 clients poll for ten minutes, each with a time-out that it cancels", async () => {
    const clock = createVirtualClock(0, { settling: "promises" });
    let polls = 0;
    const poll = (number: number): void => {
      polls++;
      const cancelTimeout = clock.setTimer(() => expect.unreachable(), 5_000);
      cancelTimeout();
      clock.setTimer(() => poll(number), 30_000 + number);
    };
    for (let number = 0; number < 10_000; number++) clock.setTimer(() => poll(number), number * 3);
    await clock.advance(600_000);
    expect(polls).toBeGreaterThan(10_000 * 14);
    expect(clock.pendingTimers).toBe(10_000);
  });
});
