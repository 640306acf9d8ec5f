/** Who gets something else, and why: each way to change by itself, and laws over random splits. @module */

import { bucketOf, evaluate, openBundle } from "@aplomb/core";
import { BundleSchema, FlagSchema, FlagState, SegmentSchema } from "@aplomb/proto/bundle";
import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bundleOf } from "../../testdata/bundles-of.js";
import { opaqueName } from "../opaque-name.js";
import { measureImpact } from "./measure-impact.js";

const flag = (fields: string, key = "a") => ({ [`flags/${key}.yaml`]: `key: ${key}\ntype: boolean\n${fields}` });
const setOf = (fields: string) => openBundle(bundleOf(fields === "" ? {} : flag(fields)));
const people = Array.from({ length: 1_000 }, (_, index) => ({
  line: index + 1,
  context: {
    targetingKey: `user-${index}`,
    accountId: `account-${index % 100}`,
    country: index % 4 === 0 ? "SE" : "DE",
  },
}));
const nowMs = Date.UTC(2027, 0, 1);

const measure = (before: string, after: string) => measureImpact(setOf(before), setOf(after), people, { nowMs });

describe("why a context changes", () => {
  const half = "rules: [{ name: r, split: { on: 50, off: 50 } }]";
  test.each([
    { before: half, after: half, moved: 0, why: [] },
    {
      before: "rules: [{ name: r, serve: on, when: { attribute: country, equals: SE } }]",
      after: "rules: [{ name: r, serve: on, when: { attribute: country, equals: NO } }]",
      moved: 250,
      why: ["on → (default), r → : now: r does not match"],
    },
    {
      before: "rules: [{ name: r, when: { attribute: country, equals: SE }, serve: on }, { name: s, serve: off }]",
      after: "rules: [{ name: r, when: { attribute: country, equals: DE }, serve: on }, { name: s, serve: off }]",
      moved: 1_000,
      why: [
        "off → on, s → r: now: s is not reached; before: r does not match",
        "on → off, r → s: now: r does not match; before: s is not reached",
      ],
    },
    {
      before: "rules: [{ name: r, serve: on }]",
      after: "enabled: false",
      moved: 1_000,
      why: ["on → (default), r → : the flag was switched off"],
    },
    {
      before: "enabled: false",
      after: "rules: [{ name: r, serve: on }]",
      moved: 1_000,
      why: ["(default) → on,  → r: the flag was switched on"],
    },
    {
      before: "rules: [{ name: r, serve: on }]",
      after: "",
      moved: 1_000,
      why: ["on → (no flag), r → : the flag is gone"],
    },
    { before: "enabled: false", after: "", moved: 0, why: [] },
    { before: "", after: "rules: [{ name: r, serve: on }]", moved: 0, why: ["(no flag) → on,  → r: the flag is new"] },
    {
      before: "rules: [{ name: r, serve: on }]",
      after: "rules: [{ name: q, serve: off }]",
      moved: 1_000,
      why: ["on → off, r → q: now: r is gone; before: q was not there"],
    },
    {
      before: "rules: [{ name: r, serve: on }]",
      after: "rules: [{ name: r, serve: on, when: { attribute: country, atLeast: 1 } }]",
      moved: 1_000,
      why: [expect.stringMatching(/^on → \(error\), r → : it gives an error now: /)],
    },
    {
      before: "rules: [{ name: r, serve: on }]",
      after: "rules: [{ name: r, serve: clientDefault }]",
      moved: 1_000,
      why: ["on → (default), r → r: it is split now or was before"],
    },
  ])("$before → $after", async ({ before, after, moved, why }) => {
    const report = await measure(before, after);
    expect(report).toMatchObject({ contexts: 1_000, moved, contextsMoved: moved, rebucketed: 0, undecided: 0 });
    const ways = report.changes.flatMap(({ movements }) => movements);
    expect(ways.map((way) => `${way.from} → ${way.to}, ${way.ruleBefore} → ${way.ruleAfter}: ${way.why}`)).toEqual(why);
  });

  const salt = opaqueName("rule", "a", "r");
  test("a split cut elsewhere moves those between the cuts, and nobody is drawn anew", async () => {
    const report = await measure(half, "rules: [{ name: r, split: { on: 60, off: 40 } }]");
    const between = people.filter(({ context }) => {
      const bucket = bucketOf(salt, context.targetingKey, 1_000_000);
      return bucket >= 500_000 && bucket < 600_000;
    });
    expect(report).toMatchObject({ moved: between.length, rebucketed: 0 });
    const bucket = bucketOf(salt, between[0]?.context.targetingKey ?? "", 1_000_000);
    expect(report.changes[0]?.movements).toEqual([
      {
        from: "off",
        to: "on",
        ruleBefore: "r",
        ruleAfter: "r",
        count: between.length,
        rebucketed: 0,
        why: "the split is cut elsewhere, and the bucket is the same",
        example: {
          line: between[0]?.line,
          unit: between[0]?.context.targetingKey,
          bucketBefore: bucket,
          bucketAfter: bucket,
        },
      },
    ]);
  });

  test.each([
    { after: "rules: [{ name: r, salt: s, split: { on: 50, off: 50 } }]", why: "the rule's salt changed" },
    {
      after: "rules: [{ name: r, salt: a.r, unit: accountId, split: { on: 50, off: 50 } }]",
      why: "the rule's unit changed",
    },
  ])("$why: everybody is drawn anew, and about half of them move", async ({ after, why }) => {
    const report = await measure(half, after);
    expect(report.rebucketed).toBe(1_000);
    expect(report.moved).toBeGreaterThan(350);
    expect(report.moved).toBeLessThan(650);
    expect(new Set(report.changes[0]?.movements.map((way) => way.why))).toEqual(new Set([why]));
  });

  test("another value of the same variant is no move", async () => {
    const valued = (value: string) =>
      openBundle(
        bundleOf({ "flags/a.yaml": `key: a\ntype: string\nvariants: { v: ${value} }\nrules: [{ name: r, serve: v }]` }),
      );
    const report = await measureImpact(valued("x"), valued("y"), people, { nowMs });
    expect(report).toMatchObject({ moved: 0, revalued: 1_000, contextsMoved: 0 });
  });

  test("what needs stored assignments is undecided where its definition changed", async () => {
    const sticky = (description: string) =>
      openBundle(
        toBinary(
          BundleSchema,
          create(BundleSchema, {
            schema: 1,
            segments: [{ id: "s", segment: toBinary(SegmentSchema, create(SegmentSchema)) }],
            flags: [
              {
                key: "a",
                flag: toBinary(
                  FlagSchema,
                  create(FlagSchema, {
                    state: FlagState.ACTIVE,
                    description,
                    rules: [
                      {
                        name: "r",
                        segment: "s",
                        enabled: true,
                        salt: "s",
                        split: { bucketCount: 1 },
                        materialization: { read: "m" },
                      },
                    ],
                  }),
                ),
              },
            ],
          }),
        ),
      );
    expect(await measureImpact(sticky("x"), sticky("x"), people, { nowMs })).toMatchObject({
      undecided: 0,
      changes: [],
    });
    expect(await measureImpact(sticky("x"), sticky("y"), people, { nowMs })).toMatchObject({
      undecided: 1_000,
      moved: 0,
    });
  });
});

test("a flag that needs stored assignments is undecided where a flag that it waits for changed", async () => {
  const waiting = (gives: string) =>
    openBundle(
      bundleOf({
        ...flag(`rules: [{ name: r, serve: ${gives} }]`, "root"),
        ...flag(
          "rules: [{ name: r, when: { flag: root, gives: on }, sticky: { onlyStored: true }, split: { on: 50, off: 50 } }]",
        ),
      }),
    );
  expect(await measureImpact(waiting("on"), waiting("off"), people, { nowMs })).toMatchObject({
    moved: 1_000,
    undecided: 1_000,
  });
});

test("only flags that may answer differently are evaluated", async () => {
  const two = (country: string) =>
    openBundle(
      bundleOf({
        ...flag("rules: [{ name: r, when: { attribute: steady, equals: 1 }, serve: on }]"),
        ...flag(`rules: [{ name: r, when: { attribute: country, equals: ${country} }, serve: on }]`, "b"),
      }),
    );
  let reads = 0;
  const context = {
    country: "SE",
    get steady() {
      reads++;
      return 1;
    },
  };
  const report = await measureImpact(two("SE"), two("NO"), [{ line: 1, context }], { nowMs });
  expect({ flags: report.flags, moved: report.moved, reads }).toEqual({ flags: 2, moved: 1, reads: 0 });
});

describe("laws", () => {
  const split = fc
    .tuple(fc.integer({ min: 0, max: 100 }), fc.constantFrom("", "salt: s, ", "unit: accountId, "))
    .map(([on, more]) => `rules: [{ name: r, ${more}split: { on: ${on}, off: ${100 - on} } }]`);
  test("the counts are those of a naive comparison, and nothing moves between equal bundles", async () => {
    await fc.assert(
      fc.asyncProperty(split, split, async (before, after) => {
        const [old, now] = [setOf(before), setOf(after)];
        const sample = people.slice(0, 100);
        const report = await measureImpact(old, now, sample, { nowMs });
        const moved = sample.filter(
          ({ context }) => evaluate(old, "a", false, context).variant !== evaluate(now, "a", false, context).variant,
        );
        expect(report.moved).toBe(moved.length);
        expect(report.changes.flatMap(({ movements }) => movements).reduce((sum, { count }) => sum + count, 0)).toBe(
          moved.length,
        );
        if (before === after) expect(report.changes).toEqual([]);
      }),
      { numRuns: process.env.APLOMB_DEEP === "1" ? 1_000 : 40 },
    );
  });
});
