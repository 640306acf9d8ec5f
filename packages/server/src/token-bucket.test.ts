/** Rates: bursts, refills, and clocks that jump. @module */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTokenBucket, rateProblem } from "./token-bucket.js";

describe("createTokenBucket", () => {
  const rate = { perSecond: 10, burst: 2 };

  test.each([
    { name: "a burst", takes: [0, 0, 0], expected: [0, 0, 100] },
    { name: "a refill", takes: [0, 0, 100, 150, 200], expected: [0, 0, 0, 50, 0] },
    { name: "a long pause fills it once", takes: [0, 1e9, 1e9, 1e9], expected: [0, 0, 0, 100] },
    { name: "a clock that steps back refills nothing", takes: [1_000, 1_000, 0, 0], expected: [0, 0, 100, 100] },
  ])("$name", ({ takes, expected }) => {
    const bucket = createTokenBucket(rate);
    expect(takes.map((atMs) => bucket.take(atMs))).toEqual(expected);
  });

  test("law: no more than burst + rate × time is ever let through", () => {
    const moments = fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 300 });
    fc.assert(
      fc.property(moments, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }), (at, perSecond, burst) => {
        const bucket = createTokenBucket({ perSecond, burst });
        const sorted = [...at].sort((a, b) => a - b);
        const passed = sorted.filter((atMs) => bucket.take(atMs) === 0).length;
        const spanMs = (sorted.at(-1) ?? 0) - (sorted[0] ?? 0);
        return passed <= burst + (perSecond * spanMs) / 1_000 + 1e-6;
      }),
    );
  });

  test("law: whoever waits as long as told is let through", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), (perSecond) => {
        const bucket = createTokenBucket({ perSecond, burst: 1 });
        bucket.take(0);
        return bucket.take(bucket.take(0)) === 0;
      }),
    );
  });
});

test.each([
  { rate: { perSecond: 1 }, problem: undefined },
  { rate: { perSecond: 0.1, burst: 1 }, problem: undefined },
  { rate: { perSecond: 0 }, problem: "perSecond" },
  { rate: { perSecond: Number.NaN }, problem: "perSecond" },
  { rate: { perSecond: 1, burst: 0 }, problem: "burst" },
])("rateProblem($rate) names $problem", ({ rate, problem }) => {
  expect(rateProblem(rate)?.split(":")[0]).toBe(problem);
});
