/** Defects of other SDKs' comparisons that must not exist here, by their number in the list of peers. @module */
import { bundleBytes, fullRollout, segmentOf } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { openBundle } from "../open-bundle.js";
import { resolve } from "./resolve.js";

type Bound = { readonly case: "number"; readonly value: number } | { readonly case: "version"; readonly value: string };

/** Whether an attribute is above a bound. */
function isAbove(value: unknown, kind: Bound): boolean {
  const above = {
    path: "v",
    rule: { case: "range" as const, value: { start: { case: "startExclusive" as const, value: { kind } } } },
  };
  const bytes = bundleBytes({
    segments: { above: segmentOf({ kind: { case: "attribute", value: above } }) },
    flags: { flag: { variants: [{ name: "on" }], rules: [fullRollout("above", "above", "on")] } },
  });
  return resolve(openBundle(bytes), "flag", { targetingKey: "u", v: value }).variant === "on";
}

describe("D8 operands are compared as what they are", () => {
  test.each<[unknown, number, boolean]>([
    [10, 9, true],
    ["10", 9, true],
    ["9", 10, false],
    ["ten", 9, false],
    ["", -1, false],
  ])("%j > %d is %s", (value, number, expected) => {
    expect(isAbove(value, { case: "number", value: number })).toBe(expected);
  });

  test.each(["", "newest", "1.x", "1..2"])("%j is no version, and above none", (value) => {
    expect(isAbove(value, { case: "version", value: "0.0.1" })).toBe(false);
  });
});

describe("D9 versions are compared number by number", () => {
  test.each<[string, string, boolean]>([
    ["1.2.0", "1.2", false],
    ["1.2", "1.2.0", false],
    ["1.10.0", "1.9.0", true],
    ["1.2.1", "1.2", true],
    ["1.100000.0", "1.99999.9", true],
  ])("%s > %s is %s", (value, version, expected) => {
    expect(isAbove(value, { case: "version", value: version })).toBe(expected);
  });
});
