/** Did you mean. @module */
import { describe, expect, test } from "vitest";
import { choiceOf, nearestOf } from "./suggestion.js";

describe("nearestOf", () => {
  test.each([
    { name: "tretment", candidates: ["control", "treatment"], expected: "treatment" },
    { name: "Control", candidates: ["control", "treatment"], expected: "control" },
    { name: "bool", candidates: ["boolean", "string"], expected: "boolean" },
    { name: "on", candidates: ["off", "no"], expected: undefined },
    { name: "of", candidates: ["on", "off"], expected: "on" },
    { name: "blue", candidates: ["control", "treatment"], expected: undefined },
    { name: "x", candidates: [], expected: undefined },
  ])("$name among $candidates: $expected", ({ name, candidates, expected }) => {
    expect(nearestOf(name, candidates)).toBe(expected);
  });
});

describe("choiceOf", () => {
  test.each([
    { candidates: ["a"], name: "b", expected: "a" },
    { candidates: ["on", "off"], name: "xyz", expected: "on or off" },
    { candidates: ["red", "green", "blue"], name: "gren", expected: "red, green or blue (did you mean green?)" },
    { candidates: [], name: "x", expected: "nothing" },
  ])("$name among $candidates: $expected", ({ candidates, name, expected }) => {
    expect(choiceOf(candidates, name)).toBe(expected);
  });

  test("a long list is cut short", () => {
    const candidates = Array.from({ length: 100 }, (_, index) => `s${index}`);
    expect(choiceOf(candidates)).toBe("s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11 or 88 more");
  });
});
