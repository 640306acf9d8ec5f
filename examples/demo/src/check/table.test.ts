/** Tests of drawing tables. @module */
import { expect, test } from "vitest";
import { tableOf } from "./table.js";

test("columns are as wide as they need be, numbers to the right", () => {
  const table = tableOf(
    ["flag", "n", "agree"],
    [
      ["checkout", 7, "yes"],
      ["gift", 200, ""],
    ],
  );
  expect(table.split("\n")).toEqual([
    "flag      n    agree",
    "────────  ───  ─────",
    "checkout    7  yes",
    "gift      200",
  ]);
});
