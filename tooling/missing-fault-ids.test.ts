/** The check for missing fault tests. @module */
import { expect, test } from "vitest";
import { missingFaultIds } from "./missing-fault-ids.js";

// Put together here, so that this file proves nothing by itself.
const id = (letter: string, number: number): string => `${letter}-${String(number).padStart(2, "0")}`;
const all = [
  ...Array.from({ length: 20 }, (_, at) => id("B", at + 1)),
  ...Array.from({ length: 13 }, (_, at) => id("P", at + 1)),
  id("W", 13),
  ...Array.from({ length: 18 }, (_, at) => id("A", at + 1)),
  ...Array.from({ length: 15 }, (_, at) => id("N", at + 1)),
  ...Array.from({ length: 24 }, (_, at) => id("E", at + 1)),
  ...Array.from({ length: 16 }, (_, at) => id("W", at + 1)),
  ...Array.from({ length: 10 }, (_, at) => id("I", at + 1)),
  ...Array.from({ length: 12 }, (_, at) => id("S", at + 1)),
];
const fileOf = (path: string, ids: readonly string[]) => ({
  path,
  text: ids.map((one) => `test("${one} a fault", () => {});`).join("\n"),
});

test("all ids in titles, and all of them in Chromium: nothing is missing", () => {
  expect(missingFaultIds([fileOf("a.browser.test.ts", all)])).toEqual([]);
});

test("an id is missing that is nowhere, or in a comment", () => {
  const [first = "", ...others] = all;
  const commented = { path: "b.test.ts", text: `/** ${first} */\n  // ${first}\n` };
  expect(missingFaultIds([fileOf("a.browser.test.ts", others), commented])).toEqual([
    `${first}: no test has it in its title`,
    `${first}: no test in Chromium has it in its title`,
  ]);
});

test("what runs in Node alone is missing in Chromium, where it is asked for", () => {
  const problems = missingFaultIds([fileOf("a.test.ts", all)]);
  expect(problems.every((problem) => problem.includes("in Chromium"))).toBe(true);
  expect(problems).toHaveLength(10);
});
