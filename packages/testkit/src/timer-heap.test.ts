/** Holds the heap of timers to a sorted list. @module */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTimerHeap, type Timer } from "./timer-heap.js";

const step = fc.oneof(
  fc.record({ do: fc.constant("add" as const), atMs: fc.nat(20) }),
  fc.record({ do: fc.constant("cancel" as const), which: fc.nat(500) }),
  fc.record({ do: fc.constant("take" as const) }),
);

describe("createTimerHeap", () => {
  test("law: it takes what a stably sorted list would, whatever is cancelled when", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400, size: "max" }), (steps) => {
        const heap = createTimerHeap();
        const ever: Timer[] = [];
        let model: Timer[] = [];
        for (const one of steps) {
          if (one.do === "add") {
            ever.push(heap.add(one.atMs, () => {}));
            model.push(ever.at(-1)!);
          } else if (one.do === "cancel" && ever.length > 0) {
            const timer = ever[one.which % ever.length]!;
            heap.cancel(timer);
            model = model.filter((other) => other !== timer);
          } else if (one.do === "take") {
            const expected = [...model].sort((a, b) => a.atMs - b.atMs || a.order - b.order)[0];
            expect(heap.earliest()).toBe(expected);
            expect(heap.take()).toBe(expected);
            model = model.filter((other) => other !== expected);
          }
          expect(heap.count).toBe(model.length);
        }
      }),
    );
  });

  test("100,000 timers, most of them cancelled, come out in order", () => {
    const heap = createTimerHeap();
    for (let at = 0; at < 100_000; at++) {
      const timer = heap.add((at * 7_919) % 100_003, () => {});
      if (at % 10 !== 0) heap.cancel(timer);
    }
    const takenAtMs: number[] = [];
    for (let timer = heap.take(); timer; timer = heap.take()) takenAtMs.push(timer.atMs);
    expect(takenAtMs.length).toBe(10_000);
    expect(takenAtMs).toEqual([...takenAtMs].sort((a, b) => a - b));
  });
});
