/** Tests of comparing exposures with rows. @module */
import { describe, expect, test } from "vitest";
import { compareExposures, type ExposureRow } from "./compare-exposures.js";

const row = (exposureId: string, timesReported = 1): ExposureRow => ({ exposureId, timesReported });

describe("compareExposures", () => {
  test.each([
    { expected: ["a", "b"], rows: [row("b"), row("a")], wrong: {} },
    { expected: ["a", "a"], rows: [row("a")], wrong: {} },
    { expected: ["a", "b"], rows: [row("a")], wrong: { missing: ["b"] } },
    { expected: ["a"], rows: [row("a"), row("c")], wrong: { unexpected: ["c"] } },
    { expected: ["a"], rows: [row("a"), row("a")], wrong: { repeated: ["a"] } },
    { expected: ["a"], rows: [row("a", 2)], wrong: { repeated: ["a"] } },
  ])("$expected against $rows: $wrong", ({ expected, rows, wrong }) => {
    const { missing, unexpected, repeated } = compareExposures(expected, rows);
    expect({ missing, unexpected, repeated }).toEqual({ missing: [], unexpected: [], repeated: [], ...wrong });
  });
});
