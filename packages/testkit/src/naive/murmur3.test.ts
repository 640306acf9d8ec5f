/** The naive hash against golden vectors. @module */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CONFORMANCE } from "../conformance.js";
import { bucketOfText, murmur3Of } from "./murmur3.js";

interface Row {
  readonly hashInput: string;
  readonly h1: string;
  readonly h2: string;
  readonly bucket: number;
  readonly bucketCount?: number;
}
const file = readFileSync(new URL("hash/murmur3-buckets.json", CONFORMANCE), "utf8");
const { segmentAllocation, ruleBucketing } = JSON.parse(file) as Record<"segmentAllocation" | "ruleBucketing", Row[]>;
const rows = [...segmentAllocation.map((row) => ({ ...row, bucketCount: 1_000_000 })), ...ruleBucketing];

test.each(rows)("$hashInput → $h1 $h2, $bucket of $bucketCount", ({ hashInput, h1, h2, bucket, bucketCount = 0 }) => {
  const hash = murmur3Of(hashInput);
  expect([hash.h1, hash.h2].map((half) => half.toString(16).padStart(16, "0"))).toEqual([h1, h2]);
  expect(bucketOfText(hashInput, bucketCount)).toBe(bucket);
});
