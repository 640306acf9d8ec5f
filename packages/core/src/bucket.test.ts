/** Buckets and their hash against golden vectors of an independent implementation. @module */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { bucketOf, createBucketer } from "./bucket.js";
import { murmur3 } from "./hash.js";
import { utf8Of } from "./utf8.js";

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

function hashHex(text: string): string {
  const bytes = utf8Of(text);
  const out = new Int32Array(4);
  murmur3(bytes, bytes.length, out);
  return [...out].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

describe("murmur3", () => {
  test.each(rows)("$hashInput → $h1 $h2", ({ hashInput, h1, h2 }) => {
    expect(hashHex(hashInput)).toBe(h1 + h2);
  });
});

describe("bucketOf", () => {
  test.each(rows)("$salt | $unit of $count → $bucket", ({ salt, unit, count, bucket }) => {
    expect(bucketOf(salt, unit, count)).toBe(bucket);
    expect(createBucketer(salt).bucketOf(unit, count)).toBe(bucket);
  });

  test.each([0, -1, 1.5, Number.NaN, 2 ** 31])("refuses %s buckets", (count) => {
    expect(() => bucketOf("s", "u", count)).toThrow(RangeError);
  });
});

describe("createBucketer", () => {
  test("gives each of alternating units its own bucket", () => {
    const bucketer = createBucketer("s1");
    const units = ["roug", "a", "roug", "x".repeat(100), "é", "a"];
    expect(units.map((unit) => bucketer.bucketOf(unit, 1000))).toEqual(units.map((unit) => bucketOf("s1", unit, 1000)));
  });
});
