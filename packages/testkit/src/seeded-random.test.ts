/** Holds the seeded randomness to repeatability and evenness. @module */
import { describe, expect, test } from "vitest";
import { createSeededRandom } from "./seeded-random.js";

describe("createSeededRandom", () => {
  test("one seed, one sequence", () => {
    const [one, two] = [createSeededRandom(7), createSeededRandom(7)];
    expect([one.next(), one.bytes(4)]).toEqual([two.next(), two.bytes(4)]);
  });

  test.each([[0], [1], [7], [-1], [2 ** 31]])("seed %i fills ten equal bins evenly", (seed) => {
    const random = createSeededRandom(seed);
    const bins = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 20_000; draw++) {
      const bin = Math.floor(random.next() * 10);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    for (const count of bins) expect(Math.abs(count - 2_000)).toBeLessThan(200);
  });

  test("below and pick stay within, and reach everything", () => {
    const random = createSeededRandom(3);
    const drawn = Array.from({ length: 1_000 }, () => random.below(5));
    expect(new Set(drawn)).toEqual(new Set([0, 1, 2, 3, 4]));
    expect(new Set(Array.from({ length: 100 }, () => random.pick(["a", "b"])))).toEqual(new Set(["a", "b"]));
    expect(() => random.pick([])).toThrow(RangeError);
  });

  test("forks follow from seed and number alone, and differ", () => {
    const [fresh, used] = [createSeededRandom(9), createSeededRandom(9)];
    used.next();
    expect(used.fork(4).next()).toBe(fresh.fork(4).next());
    const firsts = Array.from({ length: 10_000 }, (_, number) => fresh.fork(number).next());
    expect(new Set(firsts).size).toBeGreaterThan(9_990);
    const mean = firsts.reduce((sum, value) => sum + value, 0) / firsts.length;
    expect(mean).toBeGreaterThan(0.49);
    expect(mean).toBeLessThan(0.51);
    expect(createSeededRandom(10).fork(4).next()).not.toBe(fresh.fork(4).next());
  });
});
