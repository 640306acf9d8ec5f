/** Seals: the same for equal lines, another for everything that a line depends on. @module */
import { describe, expect, test } from "vitest";
import { sealLine, verdictOf } from "./seal-line.js";

const drawnBy = { unit: "", salt: "s" };
const line = { on: [0, 300_000], off: [300_000, 1_000_000] };
const seal = sealLine("a/r", drawnBy, line);

describe("a seal", () => {
  test("stays what it is: another would be a warning in every project", () => {
    expect(seal).toBe("aa25b128-1f7ef3d6");
    expect(sealLine("a/r", drawnBy, { off: line.off, on: line.on })).toBe(seal);
  });

  test.each([
    { what: "the line", key: "a/r", by: drawnBy, held: line, seal, verdict: "whole" },
    { what: "no seal", key: "a/r", by: drawnBy, held: line, seal: undefined, verdict: "missing" },
    { what: "another salt", key: "a/r", by: { unit: "", salt: "t" }, held: line, seal, verdict: "drawn otherwise" },
    { what: "another unit", key: "a/r", by: { unit: "u", salt: "s" }, held: line, seal, verdict: "drawn otherwise" },
    {
      what: "other ranges",
      key: "a/r",
      by: drawnBy,
      held: { ...line, off: [300_000, 900_000] },
      seal,
      verdict: "edited",
    },
    { what: "another name", key: "a/q", by: drawnBy, held: line, seal, verdict: "edited" },
    { what: "both", key: "a/q", by: { unit: "", salt: "t" }, held: line, seal, verdict: "edited" },
  ] as const)("held to $what: $verdict", ({ key, by, held, seal: given, verdict }) => {
    expect(verdictOf(given, key, by, held)).toBe(verdict);
  });
});
