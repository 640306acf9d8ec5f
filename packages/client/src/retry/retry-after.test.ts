/** N-03: what Retry-After may say. @module */
import { describe, expect, test } from "vitest";
import { parseRetryAfter } from "./retry-after.js";

const now = Date.parse("2026-01-01T00:00:00Z");

describe("N-03 parseRetryAfter", () => {
  test.each([
    [null, 0],
    ["", 0],
    ["0", 0],
    ["1", 1_000],
    ["30", 30_000],
    [" 30 ", 30_000],
    ["1.5", 1_500],
    ["1e9", 600_000],
    ["-1", 0],
    ["garbage", 0],
    ["3 apples", 0],
    ["Thu, 01 Jan 2026 00:01:00 GMT", 60_000],
    ["Wed, 31 Dec 2025 23:59:00 GMT", 0],
    ["Fri, 01 Jan 2027 00:00:00 GMT", 600_000],
    ["Xyz, nonsense GMT", 0],
  ])("%j → %d ms", (header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });
});
