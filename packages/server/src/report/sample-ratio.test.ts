/** The sequential test: closed forms, and what it promises under looking all the time. @module */
import { createSeededRandom } from "@aplomb/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { logGamma } from "./log-gamma.js";
import { mismatchBelow, sampleRatioPValue, shareInterval } from "./sample-ratio.js";

const observed = (...pairs: readonly (readonly [count: number, share: number])[]) =>
  pairs.map(([count, share]) => ({ count, share }));
const halves = (a: number, b: number) => observed([a, 0.5], [b, 0.5]);
const isDeep = process.env.APLOMB_DEEP === "1";

describe("logGamma", () => {
  test.each([
    { a: 1, value: 0 },
    { a: 2, value: 0 },
    { a: 0.5, value: Math.log(Math.PI) / 2 },
    { a: 5, value: Math.log(24) },
    { a: 101, value: 363.7393755555635 },
    { a: 171, value: 706.5730622457874 },
  ])("ln Γ($a) = $value", ({ a, value }) => {
    expect(Math.abs(logGamma(a) - value)).toBeLessThan(1e-12 * Math.max(1, value));
  });
});

describe("sampleRatioPValue", () => {
  test.each([
    { name: "one exposure says nothing", counts: halves(1, 0), p: 1 },
    { name: "two of one kind: half of 12/11, half of 1002/1001", counts: halves(2, 0), p: 2 / (12 / 11 + 1002 / 1001) },
    { name: "exactly as split", counts: halves(5_000, 5_000), p: 1 },
    { name: "a variant that never comes", counts: halves(22, 0), below: mismatchBelow },
    {
      name: "three outcomes, one short",
      counts: observed([900, 0.1], [2_000, 0.2], [7_900, 0.7]),
      below: mismatchBelow,
    },
    { name: "three outcomes as split", counts: observed([1_020, 0.1], [1_990, 0.2], [6_990, 0.7]), p: 1 },
    { name: "the published example: 821,588 and 815,482", counts: halves(821_588, 815_482), below: mismatchBelow },
    { name: "very many", counts: halves(1e9, 1e9 + 1e6), below: 1e-50 },
  ])("$name", ({ counts, p, below }) => {
    const found = sampleRatioPValue(counts) ?? Number.NaN;
    if (p !== undefined) expect(found).toBeCloseTo(p, 10);
    else expect(found).toBeLessThan(below ?? 0);
  });

  test.each([
    { name: "one outcome", counts: observed([100, 1]) },
    { name: "no counts", counts: halves(0, 0) },
  ])("says nothing of $name", ({ counts }) => {
    expect(sampleRatioPValue(counts)).toBeUndefined();
  });

  test("law: what it divides by is 1 on average, whatever the split and the number of exposures", () => {
    const splits = fc.record({
      share: fc.double({ min: 0.02, max: 0.98, noNaN: true }),
      total: fc.integer({ min: 1, max: 200 }),
    });
    fc.assert(
      fc.property(splits, ({ share, total }) => {
        let mean = 0;
        for (let count = 0; count <= total; count++) {
          const choose = logGamma(total + 1) - logGamma(count + 1) - logGamma(total - count + 1);
          const chance = Math.exp(choose + count * Math.log(share) + (total - count) * Math.log(1 - share));
          // A p-value is cut at 1, so that its reciprocal is the ratio wherever the ratio is above 1, and at least it below.
          const p = sampleRatioPValue(observed([count, share], [total - count, 1 - share])) ?? 1;
          if (p < 1) mean += chance / p;
        }
        expect(mean).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });

  test("law: looking after every exposure, a healthy split is called small as often as promised, at most", () => {
    const [runs, exposures] = isDeep ? [5_000, 5_000] : [500, 1_000];
    const split = [0.5, 0.3, 0.2];
    const alpha = 0.05;
    const random = createSeededRandom(7);
    let everSmall = 0;
    for (let run = 0; run < runs; run++) {
      const counts = [0, 0, 0];
      let isSmall = false;
      for (let look = 0; look < exposures && !isSmall; look++) {
        const at = random.next();
        const outcome = at < 0.5 ? 0 : at < 0.8 ? 1 : 2;
        counts[outcome] = (counts[outcome] ?? 0) + 1;
        isSmall = (sampleRatioPValue(split.map((share, i) => ({ count: counts[i] ?? 0, share }))) ?? 1) < alpha;
      }
      if (isSmall) everSmall += 1;
    }
    const tolerance = 3 * Math.sqrt((alpha * (1 - alpha)) / runs);
    expect(everSmall / runs).toBeLessThan(alpha + tolerance);
  });

  test("finds a drift of two points within thirty thousand exposures", () => {
    const random = createSeededRandom(3);
    let [a, n] = [0, 0];
    while (n < 30_000 && (sampleRatioPValue(halves(a, n - a)) ?? 1) >= mismatchBelow) {
      n += 1;
      if (random.next() < 0.52) a += 1;
    }
    expect(n).toBeLessThan(30_000);
  });
});

describe("shareInterval", () => {
  test.each([
    { name: "nothing counted", count: 0, total: 0, share: 0.5, lower: 0, upper: 1 },
    { name: "none of many", count: 0, total: 1_000, share: 0.5, lower: 0 },
    { name: "all of many", count: 1_000, total: 1_000, share: 0.5, upper: 1 },
    { name: "the only outcome", count: 10, total: 10, share: 1, upper: 1 },
  ])("$name", ({ count, total, share, lower, upper }) => {
    const found = shareInterval(count, total, share);
    if (lower !== undefined) expect(found.lower).toBe(lower);
    if (upper !== undefined) expect(found.upper).toBe(upper);
    expect(found.lower).toBeLessThan(found.upper);
  });

  test("law: of two outcomes, the split is outside exactly when there is a mismatch", () => {
    const counts = fc.record({
      share: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
      total: fc.integer({ min: 1, max: 100_000 }),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(counts, ({ share, total, part }) => {
        const count = Math.round(part * total);
        const { lower, upper } = shareInterval(count, total, share);
        const p = sampleRatioPValue(observed([count, share], [total - count, 1 - share])) ?? 1;
        if (Math.abs(Math.log(p / mismatchBelow)) < 1e-6) return;
        expect(share < lower || share > upper).toBe(p < mismatchBelow);
      }),
    );
  });
});
