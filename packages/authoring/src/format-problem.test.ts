/** Problems as text for a terminal. @module */
import { describe, expect, test } from "vitest";
import { formatProblem } from "./format-problem.js";
import type { Problem } from "./problem.js";

const problem: Problem = {
  severity: "error",
  file: "flags/checkout.yaml",
  line: 3,
  column: 5,
  length: 8,
  message: 'the flag has no variant "tretment"',
  expected: "control or treatment (did you mean treatment?)",
  example: "split:\n  treatment: 100",
};

const text = "rules:\n  - split:\n    tretment: 100\n    control: 0\n";

describe("formatProblem", () => {
  test("shows the place, the lines around it, what was expected and an example", () => {
    expect(formatProblem(problem, text)).toBe(
      [
        'flags/checkout.yaml:3:5: error: the flag has no variant "tretment"',
        "  1 | rules:",
        "  2 |   - split:",
        "> 3 |     tretment: 100",
        "    |     ^^^^^^^^",
        "  4 |     control: 0",
        "  expected: control or treatment (did you mean treatment?)",
        "  example:  split:",
        "              treatment: 100",
      ].join("\n"),
    );
  });

  test.each([
    { title: "without a text there is no frame", shown: formatProblem(problem), frame: false },
    { title: "a place past the end has no caret", shown: formatProblem({ ...problem, line: 99 }, text), frame: false },
    { title: "a place in the text has one", shown: formatProblem(problem, text), frame: true },
  ])("$title", ({ shown, frame }) => {
    expect(shown.includes("^")).toBe(frame);
  });

  test("control characters of a file do not reach the terminal", () => {
    const shown = formatProblem(
      { ...problem, file: "flags/\u001b[31m.yaml", message: "a\u001b[31mb\u202ec", example: "x\u009b2J" },
      "\u001b[2J\tx\n\n\n",
    );
    expect(["\u001b", "\u202e", "\u009b"].filter((character) => shown.includes(character))).toEqual([]);
  });

  test("a line of a megabyte is cut", () => {
    const shown = formatProblem({ ...problem, line: 1, column: 1, length: 1_000_000 }, "x".repeat(1_000_000));
    expect(Math.max(...shown.split("\n").map((line) => line.length))).toBeLessThan(200);
  });

  test("colours are the caller's", () => {
    const paint = { error: (t: string) => `<${t}>`, warning: String, place: String, quiet: String };
    expect(formatProblem(problem, text, paint)).toContain("<^^^^^^^^>");
  });
});
