/** Explanations say what evaluation did, step by step. @module */
import { atLeast, bundleBytes, fullRollout, inSegment, oneOf, segmentOf, split } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { bucketOf } from "../bucket.js";
import { openBundle } from "../open-bundle.js";
import { explain } from "./explain.js";
import { redactExplanation } from "./redact.js";

const flagSet = openBundle(
  bundleBytes({
    segments: {
      everyone: {},
      nordics: segmentOf({ and: [oneOf("country", "SE", "NO"), { not: atLeast("age", 65) }] }),
      drawn: { allocation: { storedBits: 1_000_000, form: { case: "ranges", value: { bounds: [0, 1] } } } },
      nested: segmentOf({ or: [inSegment("nordics"), inSegment("nested")] }),
    },
    flags: {
      checkout: {
        variants: [{ name: "a" }, { name: "b" }],
        rules: [
          { ...fullRollout("paused", "everyone", "a"), enabled: false },
          fullRollout("lost", "absent", "a"),
          fullRollout("few", "drawn", "a"),
          fullRollout("counted", "everyone", "(fallthrough)"),
          split("by company", "everyone", { a: 100 }, { unitSelector: "company" }),
          fullRollout("old", "nordics", "b"),
          split("experiment", "everyone", { a: 50, b: 50 }),
          fullRollout("rest", "everyone", "b"),
        ],
      },
      cyclic: { variants: [{ name: "a" }], rules: [fullRollout("r", "nested", "a")] },
      broken: new Uint8Array([0x0a, 0x7f]),
    },
  }),
);

describe("explain", () => {
  const { rules, resolution } = explain(flagSet, "checkout", { targetingKey: "user-1", country: "SE", age: 70 });

  test("says what became of every rule", () => {
    expect(rules.map(({ rule, outcome }) => [rule, outcome])).toEqual([
      ["paused", "off"],
      ["lost", "no segment"],
      ["few", "no match"],
      ["counted", "passed on"],
      ["by company", "no unit"],
      ["old", "no match"],
      ["experiment", "assigned"],
      ["rest", "not reached"],
    ]);
    expect(resolution).toMatchObject({ variant: "b", rule: "experiment" });
  });

  test("shows operands with their actual values, and where evaluation stopped", () => {
    expect(rules.find(({ rule }) => rule === "old")?.segment?.targeting).toEqual({
      kind: "and",
      answer: "false",
      operands: [
        expect.objectContaining({ kind: "attribute", path: "country", actual: "SE", converted: "SE", answer: "true" }),
        {
          kind: "not",
          answer: "false",
          operands: [expect.objectContaining({ path: "age", actual: 70, answer: "true" })],
        },
      ],
    });
  });

  test("shows salts and buckets", () => {
    expect(rules.find(({ rule }) => rule === "few")?.segment?.allocation).toMatchObject({
      salt: "test",
      answer: "false",
    });
    expect(rules.find(({ rule }) => rule === "experiment")?.bucket).toEqual({
      salt: "experiment",
      bucketCount: 100,
      bucket: bucketOf("experiment", "user-1", 100),
    });
  });

  test("survives cycles, bad entries and absent flags, and is plain JSON", () => {
    for (const key of ["checkout", "cyclic", "broken", "absent"]) {
      const explanation = explain(flagSet, key, { targetingKey: "user-1", since: new Date(0), odd: 10n });
      expect(JSON.parse(JSON.stringify(explanation))).toMatchObject({ flagKey: key });
    }
    expect(JSON.stringify(explain(flagSet, "cyclic", {}))).toContain('"isCycle":true');
  });

  test("redacted, nothing of the subject is left, and the structure is", () => {
    const context = { targetingKey: "canary-unit", country: "canary-country" };
    const full = explain(flagSet, "checkout", context);
    const redacted = redactExplanation(full);
    for (const canary of ["canary-unit", "canary-country"]) {
      expect(JSON.stringify(full)).toContain(canary);
      expect(JSON.stringify(redacted)).not.toContain(canary);
    }
    expect(redacted.rules.map(({ outcome }) => outcome)).toEqual(full.rules.map(({ outcome }) => outcome));
  });
});
