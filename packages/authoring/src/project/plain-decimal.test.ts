/** Numbers before they are hashed, held to what the evaluator hashes. @module */
import { openBundle, resolve } from "@aplomb/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_ALLOCATION } from "../allocation.js";
import { compileSelection } from "../build/compile-selection.js";
import { encodeBundle } from "../build/encode-bundle.js";
import { plainDecimal } from "./plain-decimal.js";
import { projectBundle } from "./project-bundle.js";

describe("plainDecimal", () => {
  test.each([
    [0, "0"],
    [-0, "0"],
    [1.5, "1.5"],
    [-2, "-2"],
    [1e21, "1000000000000000000000"],
    [-1.25e22, "-12500000000000000000000"],
    [1e-7, "0.0000001"],
    [1.25e-9, "0.00000000125"],
    [Number.POSITIVE_INFINITY, "inf"],
    [Number.NEGATIVE_INFINITY, "-inf"],
  ])("%s is %s", (value, text) => {
    expect(plainDecimal(value)).toBe(text);
  });

  test("any number is found by its hash", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.double({ noNaN: true }), { minLength: 1, maxLength: 5 }), (numbers) => {
        const selection = {
          trustDomain: "d",
          audience: { name: "w", kind: "browser" as const, environment: "e", clientKeySha256: "" },
          flags: [
            {
              key: "f",
              type: "boolean" as const,
              clientVisible: true,
              rules: [{ name: "r", when: { attribute: "n", in: numbers }, serve: "on" }],
            },
          ],
          segments: [],
        };
        const { bundle } = projectBundle(compileSelection(selection, NO_ALLOCATION), selection);
        const flags = openBundle(encodeBundle(bundle).bytes);
        expect(numbers.filter((n) => resolve(flags, "f", { n }).variant !== "on")).toEqual([]);
      }),
    );
  });
});
