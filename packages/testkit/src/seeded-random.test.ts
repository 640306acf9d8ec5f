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
});
