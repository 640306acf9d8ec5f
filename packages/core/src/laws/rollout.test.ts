/** Rollouts: growing one takes nobody out, and moving a cut moves those between its two places and nobody else. @module */
import { bundleBytes, fullRollout, type RuleInit, type SegmentInit, split } from "@aplomb/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucketOf, openBundle, resolve } from "../index.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const numRuns = isDeep ? 5_000 : 100;
const patient = { timeout: 1_800_000 };
const WHOLE_LINE = 1_000_000;
const VARIANTS = ["a", "b", "c", "d"];

const texts = fc.string({ unit: "grapheme", maxLength: 10 }).filter((text) => Buffer.byteLength(text) <= 100);
const units = fc.array(texts, { minLength: 20, maxLength: 100 });
const lines = fc.oneof(fc.constantFrom(2, 10, 100, 1_000, WHOLE_LINE), fc.integer({ min: 1, max: 2 ** 31 - 1 }));

/** A line of buckets with two places to cut it, the lower one first. */
const cutTwice = (
  bucketCounts: fc.Arbitrary<number>,
): fc.Arbitrary<{ bucketCount: number; low: number; high: number }> =>
  fc
    .tuple(bucketCounts, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([bucketCount, one, other]) => ({
      bucketCount,
      low: Math.floor(Math.min(one, other) * bucketCount),
      high: Math.floor(Math.max(one, other) * bucketCount),
    }));

/** Who gets which variant; an empty text for none. */
function variantsOf(some: readonly string[], rule: RuleInit, segment: SegmentInit = {}): string[] {
  const flag = { variants: VARIANTS.map((name) => ({ name })), rules: [rule] };
  const set = openBundle(bundleBytes({ allocationSalt: "line", segments: { s: segment }, flags: { f: flag } }));
  return some.map((targetingKey) => resolve(set, "f", { targetingKey }).variant);
}

/** The variant whose share holds a bucket, when shares lie side by side; an empty text beyond them. */
function holderOf(bucket: number, weights: readonly number[]): string {
  const endOf = (place: number): number => weights.slice(0, place + 1).reduce((sum, weight) => sum + weight, 0);
  return VARIANTS.find((_, place) => bucket < endOf(place)) ?? "";
}

describe("shares of a split", () => {
  test("a share that is raised keeps its units, and gains those up to the new cut", patient, () => {
    const law = fc.property(cutTwice(lines), texts, units, ({ bucketCount, low, high }, salt, some) => {
      const before = variantsOf(some, split("r", "s", { a: low }, { bucketCount, salt }));
      const after = variantsOf(some, split("r", "s", { a: high }, { bucketCount, salt }));
      const buckets = some.map((unit) => bucketOf(salt, unit, bucketCount));
      expect(before).toEqual(buckets.map((bucket) => (bucket < low ? "a" : "")));
      expect(after).toEqual(
        buckets.map((bucket, i) => (before[i] === "a" || (bucket >= low && bucket < high) ? "a" : "")),
      );
    });
    fc.assert(law, { numRuns });
  });

  test("a cut that moves moves the units between its two places, and no others", patient, () => {
    const law = fc.property(cutTwice(lines), texts, units, ({ bucketCount, low, high }, salt, some) => {
      const cutAt = (cut: number): string[] =>
        variantsOf(some, split("r", "s", { a: cut, b: bucketCount - cut }, { bucketCount, salt }));
      const [before, after] = [cutAt(low), cutAt(high)];
      const moved = some.filter((_, i) => before[i] !== after[i]);
      const between = some.filter((unit) => {
        const bucket = bucketOf(salt, unit, bucketCount);
        return bucket >= low && bucket < high;
      });
      expect(moved).toEqual(between);
    });
    fc.assert(law, { numRuns });
  });

  test("new weights move exactly the units whose bucket changes hands", patient, () => {
    const weights = fc.array(fc.nat(250), { minLength: VARIANTS.length, maxLength: VARIANTS.length });
    const law = fc.property(weights, weights, texts, units, (old, now, salt, some) => {
      const options = { bucketCount: 1_000, salt };
      const shares = (of: readonly number[]): Record<string, number> =>
        Object.fromEntries(VARIANTS.map((name, i) => [name, of[i] ?? 0]));
      const [before, after] = [old, now].map((of) => variantsOf(some, split("r", "s", shares(of), options)));
      const changesHands = (unit: string): boolean => {
        const bucket = bucketOf(salt, unit, 1_000);
        return holderOf(bucket, old) !== holderOf(bucket, now);
      };
      expect(some.filter((_, i) => before?.[i] !== after?.[i])).toEqual(some.filter(changesHands));
    });
    fc.assert(law, { numRuns });
  });
});

describe("allocations of a segment", () => {
  const rule = fullRollout("r", "s", "a");
  const asRanges = (upper: number): SegmentInit => ({
    allocation: { storedBits: WHOLE_LINE, form: { case: "ranges", value: { bounds: [0, upper] } } },
  });
  const asBits = (upper: number): SegmentInit => {
    const bits = new Uint8Array(WHOLE_LINE / 8).fill(255, 0, upper >> 3);
    if (upper < WHOLE_LINE) bits[upper >> 3] = (1 << (upper & 7)) - 1;
    return { allocation: { storedBits: WHOLE_LINE, form: { case: "bits", value: bits } } };
  };

  test.each([
    { form: "ranges", allocate: asRanges },
    { form: "bits", allocate: asBits },
  ])("one that grows, as $form, keeps its units and gains those up to the new end", patient, ({ allocate }) => {
    const law = fc.property(cutTwice(fc.constant(WHOLE_LINE)), units, ({ low, high }, some) => {
      const before = variantsOf(some, rule, allocate(low));
      const after = variantsOf(some, rule, allocate(high));
      const buckets = some.map((unit) => bucketOf("line", unit, WHOLE_LINE));
      expect(before).toEqual(buckets.map((bucket) => (bucket < low ? "a" : "")));
      expect(after).toEqual(
        buckets.map((bucket, i) => (before[i] === "a" || (bucket >= low && bucket < high) ? "a" : "")),
      );
    });
    fc.assert(law, { numRuns: numRuns / 2 });
  });
});
