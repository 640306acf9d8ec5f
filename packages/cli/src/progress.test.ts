/** Progress: not too often, and nothing of work that is quickly done. @module */
import { expect, test } from "vitest";
import { createProgress } from "./progress.js";

test.each([
  { stepMs: 70, shown: ["3", "6"] },
  { stepMs: 28, shown: [] },
  { stepMs: 500, shown: ["1", "2", "3", "4", "5", "6", "7"] },
])("seven steps of $stepMs ms show $shown", ({ stepMs, shown }) => {
  const found: string[] = [];
  let nowMs = 0;
  const progress = createProgress(
    (line) => found.push(line),
    () => nowMs,
  );
  for (let step = 1; step <= 7; step++) {
    nowMs = step * stepMs;
    progress(() => String(step));
  }
  expect(found).toEqual(shown);
});
