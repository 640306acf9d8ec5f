/** Buckets: every one as likely as any other, and two salts know nothing of each other. @module */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucketOf } from "../index.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const patient = { timeout: 1_800_000 };
const unitCount = isDeep ? 200_000 : 3_000;
/** Any text, lone surrogates included. */
const texts = fc.string({
  unit: fc.oneof(
    fc.string({ unit: "binary", maxLength: 2 }),
    fc.nat(0xffff).map((unit) => String.fromCharCode(unit)),
  ),
});
const bucketCounts = fc.integer({ min: 1, max: 2 ** 31 - 1 });

/** How units look in the wild. Nothing is drawn here: a bound that is kept once is kept for good. */
const UNITS = [
  { shape: "numbers in a row", unitAt: (place: number) => `${place}` },
  { shape: "names with a number", unitAt: (place: number) => `user-${place}` },
  { shape: "addresses", unitAt: (place: number) => `someone.${place}@example.com` },
  {
    shape: "ids of one length",
    unitAt: (place: number) => `d9428888-122b-11e1-${place.toString(16).padStart(16, "0")}`,
  },
  { shape: "texts beyond ASCII", unitAt: (place: number) => `用户${place}åäö` },
];

/** Pearson's chi-square of places that should fall into cells evenly. */
function chiSquare(cells: number, cellAt: (place: number) => number): number {
  const counts = new Array<number>(cells).fill(0);
  for (let place = 0; place < unitCount; place++) counts[cellAt(place)]! += 1;
  const expected = unitCount / cells;
  return counts.reduce((sum, observed) => sum + (observed - expected) ** 2 / expected, 0);
}

/** What chance exceeds once in a million times, by the approximation of Wilson and Hilferty. */
function bound(cells: number): number {
  const share = 2 / (9 * (cells - 1));
  return (cells - 1) * (1 - share + 4.753 * Math.sqrt(share)) ** 3;
}

describe.each(UNITS)("of $shape,", ({ unitAt }) => {
  test.each(["", "s1", "segments/checkout"].flatMap((salt) => [2, 3, 100].map((count) => ({ salt, count }))))(
    "salt '$salt' fills $count buckets evenly",
    ({ salt, count }) => {
      expect(chiSquare(count, (place) => bucketOf(salt, unitAt(place), count))).toBeLessThan(bound(count));
    },
  );

  const jointly = (one: string, other: string): number =>
    chiSquare(100, (place) => bucketOf(one, unitAt(place), 10) * 10 + bucketOf(other, unitAt(place), 10));

  test.each([
    ["s1", "s2"],
    ["", "s1"],
    ["checkout", "checkout-2"],
    ["MegaSalt-account", "checkout"],
  ])("salts '%s' and '%s' are independent", patient, (one, other) => {
    expect(jointly(one, other)).toBeLessThan(bound(100));
  });

  test("a salt is not independent of itself, so that the bound means something", patient, () => {
    expect(jointly("s1", "s1")).toBeGreaterThan(100 * bound(100));
  });
});

test("a bucket is a whole number from 0 and below the count", patient, () => {
  const law = fc.property(texts, texts, bucketCounts, (salt, unit, count) => {
    const bucket = bucketOf(salt, unit, count);
    expect(Number.isInteger(bucket) && bucket >= 0 && bucket < count).toBe(true);
  });
  fc.assert(law, { numRuns: isDeep ? 200_000 : 2_000 });
});

test("a line of twice, three times, … as many buckets only divides buckets", patient, () => {
  const law = fc.property(
    texts,
    texts,
    fc.integer({ min: 1, max: 40_000 }),
    fc.integer({ min: 1, max: 50_000 }),
    (salt, unit, count, times) => {
      expect(bucketOf(salt, unit, count * times) % count).toBe(bucketOf(salt, unit, count));
    },
  );
  fc.assert(law, { numRuns: isDeep ? 200_000 : 2_000 });
});

test("what is hashed is one text: the salt, a bar, the unit", patient, () => {
  const law = fc.property(texts, texts, texts, bucketCounts, (a, b, c, count) => {
    expect(bucketOf(`${a}|${b}`, c, count)).toBe(bucketOf(a, `${b}|${c}`, count));
  });
  fc.assert(law, { numRuns: isDeep ? 200_000 : 1_000 });
});
