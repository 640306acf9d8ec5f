/** Percentages and weights become spans of a line of 1,000,000 buckets. @module */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BUCKET_COUNT, bucketsOfPercent, cutLine } from "./bucket-line.js";

describe("bucketsOfPercent", () => {
  test.each([
    { percent: 0, expected: 0 },
    { percent: 100, expected: 1_000_000 },
    { percent: 50, expected: 500_000 },
    { percent: 12.5, expected: 125_000 },
    { percent: 33.3333, expected: 333_333 },
    { percent: 0.0001, expected: 1 },
    { percent: 0.07, expected: 700 },
    { percent: 0.00001, expected: undefined },
    { percent: 1e-7, expected: undefined },
    { percent: 100.0001, expected: undefined },
    { percent: -1, expected: undefined },
    { percent: Number.NaN, expected: undefined },
  ])("$percent % is $expected buckets", ({ percent, expected }) => {
    expect(bucketsOfPercent(percent)).toBe(expected);
  });
});

describe("cutLine", () => {
  test.each([
    { weights: [1], cuts: [1_000_000] },
    { weights: [1, 1], cuts: [500_000, 1_000_000] },
    { weights: [1, 1, 1], cuts: [333_334, 666_667, 1_000_000] },
    { weights: [2, 1], cuts: [666_667, 1_000_000] },
    { weights: [1, 2], cuts: [333_333, 1_000_000] },
    { weights: [0, 1], cuts: [0, 1_000_000] },
    { weights: [1, 0], cuts: [1_000_000, 1_000_000] },
    { weights: [1, 1, 1, 1, 1, 1, 1], cuts: [142_858, 285_715, 428_572, 571_429, 714_286, 857_143, 1_000_000] },
    { weights: [1_000_000, 1], cuts: [999_999, 1_000_000] },
    { weights: [125_000, 875_000], cuts: [125_000, 1_000_000] },
  ])("$weights is cut at $cuts", ({ weights, cuts }) => {
    expect(cutLine(weights).map(({ upper }) => upper)).toEqual(cuts);
  });

  const weights = fc
    .array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 64 })
    .filter((list) => list.some((weight) => weight > 0));

  test("spans touch and cover the whole line", () => {
    fc.assert(
      fc.property(weights, (list) => {
        const spans = cutLine(list);
        expect([0, ...spans.map(({ upper }) => upper)]).toEqual([...spans.map(({ lower }) => lower), BUCKET_COUNT]);
      }),
    );
  });

  test("no span is a whole bucket away from its proportion", () => {
    fc.assert(
      fc.property(weights, (list) => {
        const total = list.reduce((sum, weight) => sum + weight, 0);
        const errors = cutLine(list).map(({ lower, upper }, i) => upper - lower - (list[i]! * BUCKET_COUNT) / total);
        expect(Math.max(...errors.map(Math.abs))).toBeLessThan(1);
      }),
    );
  });
});
