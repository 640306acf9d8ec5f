/** Buckets and their hash against golden vectors of an independent implementation. @module */
import { readFileSync } from "node:fs";
import { bucketOfText } from "@aplomb/testkit/naive";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucketOf, createBucketer } from "./bucket.js";
import { createHashBuffer, createSaltedText, hashSalted, hashText } from "./salted-text.js";

interface Row {
  readonly account?: string;
  readonly segment?: string;
  readonly unit: string;
  readonly hashInput: string;
  readonly bucketCount?: number;
  readonly h1: string;
  readonly h2: string;
  readonly bucket: number;
}
const file = new URL("../../../conformance/hash/murmur3-buckets.json", import.meta.url);
const vectors = JSON.parse(readFileSync(file, "utf8")) as { segmentAllocation: Row[]; ruleBucketing: Row[] };
const rows = [
  ...vectors.segmentAllocation.map((row) => ({ ...row, salt: `MegaSalt-${row.account}`, count: 1_000_000 })),
  ...vectors.ruleBucketing.map((row) => ({
    ...row,
    salt: row.segment?.split("/")[1] ?? "",
    count: row.bucketCount ?? 0,
  })),
];

function hexOf(hash: Int32Array): string {
  return [...hash].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

describe("murmur3", () => {
  test.each(rows)("$hashInput → $h1 $h2", ({ hashInput, h1, h2 }) => {
    expect(hexOf(hashText(createHashBuffer(), hashInput))).toBe(h1 + h2);
  });

  test("of a beginning of any length and a text, the hash of both as one", () => {
    const [apart, whole] = [createHashBuffer(), createHashBuffer()];
    for (let saltBytes = 0; saltBytes < 50; saltBytes++) {
      const salted = createSaltedText("s".repeat(saltBytes));
      for (const unit of ["", "u", "unit-of-16-bytes", "x".repeat(200), "é".repeat(20), "a"]) {
        const hash = hexOf(hashSalted(apart, salted, unit));
        expect(hash, `${saltBytes} and ${unit}`).toBe(hexOf(hashText(whole, "s".repeat(saltBytes) + unit)));
      }
    }
  });
});

describe("bucketOf", () => {
  test.each(rows)("$salt | $unit of $count → $bucket", ({ salt, unit, count, bucket }) => {
    expect(bucketOf(salt, unit, count)).toBe(bucket);
    expect(createBucketer(salt, createHashBuffer()).bucketOf(unit, count)).toBe(bucket);
  });

  test("is the remainder of the hash's upper 60 bits, for any count", () => {
    const counts = fc.oneof(fc.integer({ min: 1, max: 0x7fffffff }), fc.integer({ min: 1, max: 0x400000 }));
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: "grapheme" }), counts, (salt, unit, count) => {
        expect(bucketOf(salt, unit, count)).toBe(bucketOfText(`${salt}|${unit}`, count));
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([0, -1, 1.5, Number.NaN, 2 ** 31])("refuses %s buckets", (count) => {
    expect(() => bucketOf("s", "u", count)).toThrow(RangeError);
  });
});

describe("createBucketer", () => {
  test("gives each of alternating units its own bucket", () => {
    const bucketer = createBucketer("s1", createHashBuffer());
    const units = ["roug", "a", "roug", "x".repeat(100), "é", "a"];
    expect(units.map((unit) => bucketer.bucketOf(unit, 1000))).toEqual(units.map((unit) => bucketOf("s1", unit, 1000)));
  });
});
