/** The mutator: repeatable, and its copies differ from what was sound. @module */
import { describe, expect, test } from "vitest";
import { bundleBytes } from "./bundle-builder.js";
import { createMutator } from "./mutator.js";
import { createSeededRandom } from "./seeded-random.js";

const sound = bundleBytes({ segments: { s: {} }, flags: { f: { variants: [{ name: "on", value: { a: 1 } }] } } });
const some = (seed: number, count: number): string[] => {
  const mutant = createMutator([sound], createSeededRandom(seed));
  return Array.from({ length: count }, () => Buffer.from(mutant()).toString("hex"));
};

describe("createMutator", () => {
  test("gives the same copies for the same seed, and others for another", () => {
    expect(some(7, 100)).toEqual(some(7, 100));
    expect(some(7, 100)).not.toEqual(some(8, 100));
  });

  test("nearly every copy is different from the original and from the others", () => {
    const copies = some(1, 1_000);
    expect(new Set(copies).size).toBeGreaterThan(700);
    expect(copies.filter((copy) => copy === Buffer.from(sound).toString("hex")).length).toBeLessThan(100);
  });

  test("never touches the original", () => {
    const before = sound.slice();
    some(3, 1_000);
    expect(sound).toEqual(before);
  });
});
