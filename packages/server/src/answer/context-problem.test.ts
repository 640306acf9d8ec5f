/** The caps of ruling 7, at the cap and one beyond it. @module */
import { expect, test } from "vitest";
import { contextProblem } from "./context-problem.js";

const attributes = (count: number): object =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`a${at}`, at]));
const nested = (depth: number): object => (depth === 1 ? {} : { o: nested(depth - 1) });
const lists = (depth: number): unknown => (depth === 0 ? "a" : [lists(depth - 1)]);

test.each([
  ["attributes", (n: number) => attributes(n), 1_000, "has more than 1000 attributes"],
  [
    "attributes of objects in lists",
    (n: number) => ({ l: [attributes(n - 1)] }),
    1_000,
    "has more than 1000 attributes",
  ],
  [
    "bytes of a text",
    (n: number) => ({ s: "é".repeat(n / 2) + (n % 2 ? "x" : "") }),
    65_536,
    "has a text of more than 65536 bytes",
  ],
  ["bytes of a text in a list", (n: number) => ({ s: ["x".repeat(n)] }), 65_536, "has a text of more than 65536 bytes"],
  ["elements of a list", (n: number) => ({ l: Array(n).fill(1) }), 10_000, "has a list of more than 10000 elements"],
  ["levels of objects", (n: number) => nested(n), 32, "is nested deeper than 32"],
  ["levels of lists", (n: number) => ({ l: lists(n - 1) }), 32, "is nested deeper than 32"],
])("%s", (_name, contextOf, cap, problem) => {
  expect(contextProblem(contextOf(cap))).toBeUndefined();
  expect(contextProblem(contextOf(cap + 1))).toBe(problem);
});

test("a thousand levels are refused as soon as there are too many", () => {
  let deep: object = {};
  for (let level = 0; level < 100_000; level++) deep = { deep };
  expect(contextProblem(deep)).toBe("is nested deeper than 32");
});
