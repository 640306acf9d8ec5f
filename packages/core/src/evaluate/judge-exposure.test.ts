/** What cannot be true of an exposure is noticed; what evaluation really gave never is. @module */
import { bundleBytes, fullRollout, type RuleInit, split } from "@aplomb/testkit";
import { bundles, contexts } from "@aplomb/testkit/arbitraries";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucketOf } from "../bucket.js";
import { DISABLED, REMOTE } from "../flag.js";
import { openBundle } from "../open-bundle.js";
import { type JudgedExposure, judgeExposure } from "./judge-exposure.js";
import { resolve } from "./resolve.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const variants = ["a", "b"].map((name) => ({ name, value: { value: name } }));
const holdout = split("holdout", "everyone", { "(fallthrough)": 50, "(client default)": 50 });
const sticky: RuleInit = {
  ...split("sticky", "everyone", { a: 50, b: 50 }),
  materialization: { read: "sticky", write: "sticky" },
};
const flagSet = openBundle(
  bundleBytes({
    segments: { everyone: {} },
    flags: {
      f: { variants, rules: [holdout, split("cut", "everyone", { a: 50, b: 50 })] },
      all: { variants, rules: [fullRollout("full", "everyone", "a")] },
      kept: { variants, rules: [sticky] },
      off: { variants, state: DISABLED, rules: [fullRollout("full", "everyone", "a")] },
      asked: { variants, state: REMOTE },
      broken: new Uint8Array([0xff]),
    },
  }),
);

/** A unit whose bucket of a rule is in the lower or the upper half. */
const unitIn = (half: "lower" | "upper", salt: string): string => {
  for (let n = 0; ; n++) if (bucketOf(salt, `u${n}`, 100) < 50 === (half === "lower")) return `u${n}`;
};
const inA = unitIn("lower", "cut");
const inB = unitIn("upper", "cut");

const real: JudgedExposure = {
  ...{ flag: "f", variant: "a", rule: "cut", assignmentId: "cut/a", unitSelector: "", unit: inA, fallthroughs: [] },
};
const passed = (unit: string) => ({
  ...{ rule: "holdout", assignmentId: "holdout/(fallthrough)", unit, unitSelector: "" },
});
const defaulted = { variant: "", rule: "holdout", assignmentId: "holdout/(client default)" };

describe("judgeExposure", () => {
  test.each<{ name: string; exposure: Partial<JudgedExposure>; verdict: string }>([
    { name: "a unit in its bucket", exposure: {}, verdict: "plausible" },
    { name: "the variant of another bucket", exposure: { unit: inB }, verdict: "wrong_bucket" },
    { name: "no such flag", exposure: { flag: "nobody" }, verdict: "unknown_flag" },
    { name: "no such rule", exposure: { rule: "cut2" }, verdict: "unknown_rule" },
    { name: "no such variant", exposure: { variant: "c" }, verdict: "unknown_variant" },
    { name: "the variant of another assignment", exposure: { variant: "b" }, verdict: "unknown_variant" },
    { name: "a unit found elsewhere", exposure: { unitSelector: "org.id" }, verdict: "wrong_unit" },
    { name: "a unit that is never bucketed", exposure: { unit: "u".repeat(101) }, verdict: "wrong_unit" },
    {
      name: "passed on by a holdout",
      exposure: { fallthroughs: [passed(unitIn("lower", "holdout"))] },
      verdict: "plausible",
    },
    {
      name: "passed on against its bucket",
      exposure: { fallthroughs: [passed(unitIn("upper", "holdout"))] },
      verdict: "wrong_bucket",
    },
    { name: "held out", exposure: { ...defaulted, unit: unitIn("upper", "holdout") }, verdict: "plausible" },
    {
      name: "held out against its bucket",
      exposure: { ...defaulted, unit: unitIn("lower", "holdout") },
      verdict: "wrong_bucket",
    },
    {
      name: "passed on, and no more",
      exposure: {
        ...{ variant: "", rule: "", assignmentId: "", unit: "" },
        fallthroughs: [passed(unitIn("lower", "holdout"))],
      },
      verdict: "plausible",
    },
    {
      name: "a full rollout, whoever the unit is",
      exposure: { flag: "all", rule: "full", assignmentId: "full/all", unit: "" },
      verdict: "plausible",
    },
    {
      name: "a stored assignment, whatever the bucket",
      exposure: { flag: "kept", rule: "sticky", assignmentId: "sticky/a", unit: unitIn("upper", "sticky") },
      verdict: "plausible",
    },
    {
      name: "a flag that is switched off",
      exposure: { flag: "off", rule: "full", assignmentId: "full/all" },
      verdict: "unknown_rule",
    },
    { name: "a flag the endpoint resolves", exposure: { flag: "asked" }, verdict: "unjudged" },
    { name: "a flag that cannot be read", exposure: { flag: "broken" }, verdict: "unjudged" },
    { name: "nothing at all", exposure: { variant: "", rule: "", assignmentId: "" }, verdict: "unknown_rule" },
  ])("$name → $verdict", ({ exposure, verdict }) => {
    expect(judgeExposure(flagSet, { ...real, ...exposure })).toBe(verdict);
  });

  test("law: nothing that evaluation gave is called impossible", { timeout: 1_800_000 }, () => {
    const law = fc.property(bundles(), contexts(), (bytes, context) => {
      const set = openBundle(bytes);
      for (const key of set.flagKeys) {
        const { flagKey: flag, shouldExpose, ...resolution } = resolve(set, key, context);
        if (shouldExpose) expect(["plausible", "unjudged"]).toContain(judgeExposure(set, { flag, ...resolution }));
      }
    });
    fc.assert(law, { numRuns: isDeep ? 20_000 : 200 });
  });
});
