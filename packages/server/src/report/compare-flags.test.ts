/** What is said of a flag that changed. @module */
import {
  atLeast,
  type BundleDescription,
  bundleBytes,
  type FlagInit,
  fullRollout,
  segmentOf,
  split,
} from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { compareFlags } from "./compare-flags.js";
import { describeFlags } from "./describe-flags.js";

const variants = [{ name: "on" }, { name: "off" }];
const base: FlagInit = {
  variants,
  rules: [fullRollout("staff", "staff", "on"), split("half", "all", { on: 10, off: 90 })],
};
const segments: BundleDescription["segments"] = { staff: {}, all: {} };
const describeOne = (flag: FlagInit, more: BundleDescription["segments"] = segments) => {
  const [described] = describeFlags(bundleBytes({ segments: more, flags: { f: flag } }));
  if (!described) throw new Error("the bundle lost its flag");
  return described;
};

describe("compareFlags", () => {
  test.each<{ flag: FlagInit; in?: BundleDescription["segments"]; said: string[] }>([
    { flag: { ...base, state: 2 }, said: ["active → disabled"] },
    { flag: { ...base, variants: [{ name: "on" }] }, said: ["variant off removed"] },
    { flag: { ...base, variants: [...variants, { name: "blue sky" }] }, said: ['variant "blue sky" added'] },
    {
      flag: { ...base, variants: [{ name: "on", value: { value: 1 } }, { name: "off" }] },
      said: ["variant on has another value"],
    },
    { flag: { ...base, rules: [fullRollout("staff", "staff", "on")] }, said: ["rule half removed"] },
    {
      flag: { ...base, rules: [split("half", "all", { on: 10, off: 90 }), fullRollout("staff", "staff", "on")] },
      said: ["rules are tried in another order"],
    },
    {
      flag: { ...base, rules: [fullRollout("staff", "staff", "on"), split("half", "all", { on: 25, off: 75 })] },
      said: ["rule half: on 10 % → 25 %", "rule half: off 90 % → 75 %"],
    },
    {
      flag: {
        ...base,
        rules: [fullRollout("staff", "staff", "on"), split("half", "all", { on: 10, off: 90 }, { salt: "new" })],
      },
      said: ["rule half: the same shares, drawn anew: units may change variants"],
    },
    {
      flag: {
        ...base,
        rules: [{ ...fullRollout("staff", "all", "on"), enabled: false }, split("half", "all", { on: 10, off: 90 })],
      },
      said: ["rule staff: switched off", "rule staff: for all instead of staff"],
    },
    {
      flag: base,
      in: { staff: segmentOf(atLeast("age", 18)), all: {} },
      said: ["rule staff: its segment has other conditions"],
    },
    { flag: { ...base, owner: "growth", expiresOn: "2027-01-01" }, said: ["another owner", "another expiry"] },
    { flag: base, said: ["changed through a flag, a segment or a salt that it refers to"] },
  ])("$said", ({ flag, in: others, said }) => {
    expect(compareFlags(describeOne(base), describeOne(flag, others))).toEqual(said);
  });

  test("many differences are counted", () => {
    const many = Array.from({ length: 40 }, (_, i) => ({ name: `v${i}` }));
    const said = compareFlags(describeOne(base), describeOne({ ...base, variants: many }));
    expect(said).toHaveLength(13);
    expect(said.at(-1)).toBe("… 30 more");
  });
});
