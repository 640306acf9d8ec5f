/** The golden vectors of the hash, each through an imported state: the unit's bucket matches, its neighbour does not. @module */
import { readFileSync } from "node:fs";
import { openBundle, resolve } from "@aplomb/core";
import { describe, expect, test } from "vitest";
import { ALL, drawn, flag, rule, SECRET, type StateInit, stateBytes } from "../test/state-builder.js";
import { importResolverState } from "./import-resolver-state.js";

interface Vectors {
  readonly segmentAllocation: readonly { readonly account: string; readonly unit: string; readonly bucket: number }[];
  readonly ruleBucketing: readonly {
    readonly segment: string;
    readonly unit: string;
    readonly bucketCount: number;
    readonly bucket: number;
  }[];
}

const file = new URL("../../../conformance/hash/murmur3-buckets.json", import.meta.url);
const vectors: Vectors = JSON.parse(readFileSync(file, "utf8"));

function reasonFor(unit: string, state: StateInit, account = "acct"): string {
  const { bundle } = importResolverState(stateBytes(state), { account, clientSecret: SECRET });
  return resolve(openBundle(bundle), "f", { targeting_key: unit }).reason;
}

describe("segment allocation", () => {
  const withOnly = (bucket: number): StateInit => ({
    flags: [flag("f")],
    segments: [ALL],
    bitsets: [drawn("segments/all", [bucket])],
  });
  test.each(vectors.segmentAllocation)("$account, $unit: $bucket", ({ account, unit, bucket }) => {
    expect(reasonFor(unit, withOnly(bucket), account)).toBe("MATCH");
    expect(reasonFor(unit, withOnly(bucket + 1), account)).toBe("NO_SEGMENT_MATCH");
  });
});

describe("rule bucketing", () => {
  const withOnly = (name: string, bucketCount: number, lower: number): StateInit => {
    const outcome = { case: "variant" as const, value: { variant: "flags/f/variants/on" } };
    const split = { bucketCount, assignments: [{ id: "one", outcome, ranges: [{ lower, upper: lower + 1 }] }] };
    return { flags: [flag("f", { rules: [rule("f", { segment: name, split })] })], segments: [{ name }] };
  };
  test.each(vectors.ruleBucketing)("$segment, $unit, $bucketCount: $bucket", (row) => {
    const neighbour = row.bucket === 0 ? 1 : row.bucket - 1;
    expect(reasonFor(row.unit, withOnly(row.segment, row.bucketCount, row.bucket))).toBe("MATCH");
    expect(reasonFor(row.unit, withOnly(row.segment, row.bucketCount, neighbour))).toBe("NO_SEGMENT_MATCH");
  });
});
