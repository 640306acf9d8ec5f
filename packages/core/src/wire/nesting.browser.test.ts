/** P-03 in Chromium: what is nested too deep is an error with a code, never one of the engine. @module */
import { NESTINGS } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { readFlag, readSegment } from "../bundle/read-entry.js";
import { isFlagError } from "../errors.js";
import { PAGE_LIMITS } from "../limits.js";

describe.each(NESTINGS)("P-03 in Chromium, $name", ({ of, bytes }) => {
  const read = (depth: number): unknown => (of === "flag" ? readFlag : readSegment)(bytes(depth), PAGE_LIMITS);
  test.each([31, 127, 128])("%d deep is read", (depth) => expect(read(depth)).toBeDefined());
  test.each([129, 5_000])("%d deep → LIMIT", (depth) => {
    expect(() => read(depth)).toThrow(expect.objectContaining({ code: "LIMIT" }));
    expect(isFlagError(new RangeError("no"), "LIMIT")).toBe(false);
  });
});
