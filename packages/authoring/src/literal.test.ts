/** Versions and moments as conditions write them. @module */
import { describe, expect, test } from "vitest";
import { isVersion, momentOf } from "./literal.js";

describe("isVersion", () => {
  test.each([
    { text: "1.2", expected: true },
    { text: "1.2.3", expected: true },
    { text: "1.2.3.4", expected: true },
    { text: "2.0.0-beta.1", expected: true },
    { text: "01.2", expected: true },
    { text: "1", expected: false },
    { text: "1.2.3.4.5", expected: false },
    { text: "v1.2", expected: false },
    { text: "1..2", expected: false },
    { text: "1.2+build", expected: false },
    { text: "12345678901.0", expected: false },
    { text: "", expected: false },
  ])("$text: $expected", ({ text, expected }) => {
    expect(isVersion(text)).toBe(expected);
  });
});

describe("momentOf", () => {
  test.each([
    { text: "1970-01-01", seconds: 0n, nanos: 0 },
    { text: "2027-03-01T09:00:00Z", seconds: 1803891600n, nanos: 0 },
    { text: "2027-03-01T09:00:00+01:00", seconds: 1803888000n, nanos: 0 },
    { text: "2027-03-01 09:00:00-02:30", seconds: 1803900600n, nanos: 0 },
    { text: "1969-12-31T23:59:59.25Z", seconds: -1n, nanos: 250_000_000 },
    { text: "0001-01-01", seconds: -62135596800n, nanos: 0 },
    { text: "2028-02-29", seconds: 1835395200n, nanos: 0 },
  ])("$text", ({ text, seconds, nanos }) => {
    expect(momentOf(text)).toEqual({ seconds, nanos });
  });

  test.each([
    "",
    "soon",
    "2027-3-1",
    "2027-02-30",
    "2027-13-01",
    "2027-03-01T09:00",
    "2027-03-01T09:00:00",
    "2027-03-01T24:00:00Z",
    "2027-03-01T09:00:00+0100",
    "2027-03-01T09:00:00.1234567890Z",
  ])("%j is no moment", (text) => {
    expect(momentOf(text)).toBeUndefined();
  });
});
