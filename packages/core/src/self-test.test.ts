/** Every flag of a bundle is tried, in small steps; what cannot be read is set aside, what throws is named. @module */
import { atLeast, bundleBytes, fullRollout, oneOf, segmentOf, split } from "@aplomb/testkit";
import { bundles, curiousBundle } from "@aplomb/testkit/arbitraries";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OpenFlagSet } from "./flag-set.js";
import { openBundle } from "./open-bundle.js";
import { selfTest } from "./self-test.js";

const variants = [
  { name: "on", value: { on: true } },
  { name: "off", value: { on: false } },
];
const rolled = { variants, rules: [fullRollout("r", "everyone", "on")] };
const flags = { a: rolled, b: rolled, c: { variants, rules: [split("s", "everyone", { on: 100 })] } };

describe("selfTest", () => {
  test("takes a step for each segment and each flag, and does nothing before the first", () => {
    const set = openBundle(
      bundleBytes({ segments: { everyone: {} }, flags: { ...flags, junk: new Uint8Array([255]) } }),
    );
    const steps = selfTest(set);
    expect(set.diagnostics).toEqual([]);
    expect([...steps]).toHaveLength(1 + 4);
    expect(set.diagnostics).toMatchObject([{ entry: "junk", severity: "quarantined" }]);
  });

  test("gives conditions what they look for: flags behind targeting are reached", () => {
    const reached: string[] = [];
    const segments = {
      swedes: segmentOf({ and: [oneOf("user.country", "SE", "NO"), atLeast("user.age", 18)] }),
      deep: segmentOf(oneOf(Array(5_000).fill("a").join("."), 1)),
    };
    const target = { variants, rules: [split("r", "swedes", { on: 50, off: 50 })] };
    const set = openBundle(bundleBytes({ segments, flags: { target } })) as OpenFlagSet;
    const flag = set.flagNamed("target");
    const rule = flag?.rules[0] ?? expect.unreachable();
    const watched = {
      ...rule,
      get assignments() {
        reached.push(rule.name);
        return rule.assignments;
      },
    };
    Object.assign(flag ?? {}, { rules: [watched] });
    for (const _ of selfTest(set));
    expect(rule.segment.body).toBeDefined();
    expect(reached).toEqual(["r"]);
  });

  test("A-01 an evaluator that throws is named, with the flag", () => {
    const set = openBundle(bundleBytes({ segments: { everyone: {} }, flags })) as OpenFlagSet;
    const flag = set.flagNamed("b") ?? expect.unreachable();
    Object.defineProperty(flag, "rules", {
      get: () => {
        throw new TypeError("injected");
      },
    });
    const fault = { code: "SELF_TEST", message: expect.stringMatching(/"b".*injected/) };
    expect(() => [...selfTest(set)]).toThrow(expect.objectContaining(fault));
  });

  test("no bundle that opens fails it", { timeout: 600_000 }, () => {
    expect(() => [...selfTest(openBundle(curiousBundle()))]).not.toThrow();
    const law = fc.property(bundles(), (bytes) => void [...selfTest(openBundle(bytes))]);
    fc.assert(law, { numRuns: process.env.APLOMB_DEEP === "1" ? 20_000 : 200 });
  });
});
