/** Names of audiences. @module */
import { describe, expect, test } from "vitest";
import { isAudience } from "./audience.js";

describe("isAudience", () => {
  test.each([
    { name: "web.production", expected: true },
    { name: "0", expected: true },
    { name: "a_b-c.d", expected: true },
    { name: "a".repeat(128), expected: true },
    { name: "a".repeat(129), expected: false },
    { name: "", expected: false },
    { name: "root", expected: false },
    { name: "Web", expected: false },
    { name: ".", expected: false },
    { name: "..", expected: false },
    { name: "../etc", expected: false },
    { name: "a/b", expected: false },
    { name: "a\0b", expected: false },
    { name: "a\n", expected: false },
    { name: "-a", expected: false },
  ])("$name → $expected", ({ name, expected }) => {
    expect(isAudience(name)).toBe(expected);
  });
});
