/** Cutting a line anew: laws that hold for every change of shares, and what some changes come to. @module */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucketsIn, type Line } from "../allocation.js";
import { cutInOrder, type Sizes } from "../sizes.js";
import { moveLine } from "./move-line.js";

/** A short line, so that every bucket can be looked at. */
const BUCKETS = 120;
const RUNS = process.env.APLOMB_DEEP === "1" ? 20_000 : 500;

describe("moveLine", () => {
  test.each([
    { before: { on: [0, 10], off: [10, 100] }, sizes: { on: 20, off: 80 }, after: { on: [0, 20], off: [20, 100] } },
    { before: { on: [0, 20], off: [20, 100] }, sizes: { on: 10, off: 90 }, after: { on: [0, 10], off: [10, 100] } },
    { before: { a: [0, 50], b: [50, 100] }, sizes: { b: 50, a: 50 }, after: { b: [50, 100], a: [0, 50] } },
    {
      title: "one that is new takes from both",
      before: { a: [0, 50], b: [50, 100] },
      sizes: { a: 40, b: 40, c: 20 },
      after: { a: [0, 40], b: [50, 90], c: [40, 50, 90, 100] },
    },
    { title: "one that is gone", before: { a: [0, 50], b: [50, 100] }, sizes: { a: 100 }, after: { a: [0, 100] } },
    {
      title: "another name",
      before: { a: [0, 50], b: [50, 100] },
      sizes: { a: 50, c: 50 },
      after: { a: [0, 50], c: [50, 100] },
    },
    { before: { a: [0, 100] }, sizes: { a: 0, b: 100 }, after: { b: [0, 100] } },
    {
      title: "the last gives to the first without the middle moving",
      before: { a: [0, 10], b: [10, 60], c: [60, 100] },
      sizes: { a: 20, b: 50, c: 30 },
      after: { a: [0, 10, 90, 100], b: [10, 60], c: [60, 90] },
    },
  ] as { before: Line; sizes: Sizes; after: Line }[])("$before to $sizes is $after", ({ before, sizes, after }) => {
    expect(moveLine(before, sizes)).toEqual(after);
  });

  test("a line that is too short is refused", () => {
    expect(() => moveLine({ a: [0, 10] }, { a: 20 })).toThrow("a line has fewer buckets than are asked for");
  });
});

/** Shares of a short line among some of six names. */
const shares: fc.Arbitrary<Sizes> = fc
  .uniqueArray(fc.constantFrom("a", "b", "c", "d", "constructor", "toString"), { minLength: 1 })
  .chain((names) =>
    fc
      .array(fc.integer({ min: 0, max: BUCKETS }), { minLength: names.length - 1, maxLength: names.length - 1 })
      .map((cuts) => {
        const ends = [...cuts.sort((a, b) => a - b), BUCKETS];
        return Object.fromEntries(names.map((name, i) => [name, (ends[i] ?? 0) - (ends[i - 1] ?? 0)]));
      }),
  );

/** A line as a history of changes leaves it. */
const histories = fc.array(shares, { minLength: 2, maxLength: 8 });

const ownersOf = (line: Line): string[] => {
  const owners: string[] = Array(BUCKETS).fill("");
  for (const [name, bounds] of Object.entries(line)) {
    for (let i = 0; i < bounds.length; i += 2) owners.fill(name, bounds[i], bounds[i + 1]);
  }
  return owners;
};

const sizeIn = (sizes: Sizes, name: string): number => (Object.hasOwn(sizes, name) ? sizes[name]! : 0);

describe("laws of any history of changes", () => {
  test("every name has as many buckets as asked, and every bucket one owner", () => {
    fc.assert(
      fc.property(histories, ([first, ...rest]) => {
        let line = cutInOrder(first!);
        for (const sizes of rest) {
          line = moveLine(line, sizes);
          expect(Object.fromEntries(Object.entries(line).map(([name, bounds]) => [name, bucketsIn(bounds)]))).toEqual(
            Object.fromEntries(Object.entries(sizes).filter(([, size]) => size > 0)),
          );
          expect(ownersOf(line)).not.toContain("");
        }
      }),
      { numRuns: RUNS },
    );
  });

  test("who grows loses nobody, who shrinks gets nobody, and as few move as possible", () => {
    fc.assert(
      fc.property(histories, ([first, ...rest]) => {
        let [line, before] = [cutInOrder(first!), first!];
        for (const sizes of rest) {
          const next = moveLine(line, sizes);
          const [from, to] = [ownersOf(line), ownersOf(next)];
          const moved = from.flatMap((owner, bucket) => (owner === to[bucket] ? [] : [[owner, to[bucket]!] as const]));
          const growthOf = (name: string) => sizeIn(sizes, name) - sizeIn(before, name);
          expect(moved.filter(([loser, winner]) => growthOf(loser) >= 0 || growthOf(winner) <= 0)).toEqual([]);
          expect(moved).toHaveLength(Object.keys(before).reduce((sum, name) => sum + Math.max(0, -growthOf(name)), 0));
          [line, before] = [next, sizes];
        }
      }),
      { numRuns: RUNS },
    );
  });
});
