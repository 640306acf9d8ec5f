/** Changes of a project between two builds, seen by the units: who moves, and who must not. @module */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FlagSet, openBundle, resolve } from "@aplomb/core";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildProject } from "./build-project.js";
import { formatProblems } from "./format-problem.js";
import { keepAllocation } from "./keep-allocation.js";

const UNITS = Array.from({ length: 2_000 }, (_, index) => `unit-${index}`);
const HOUR_MS = 3_600_000;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-rollout-"));
  for (const folder of ["flags", "groups", "segments"]) await mkdir(join(dir, folder));
  await write(
    "aplomb.yaml",
    "trustDomain: d\naudiences: { web.e: { kind: browser, environment: e, clientKey: web-shop } }",
  );
});
afterEach(() => rm(dir, { recursive: true }));

const write = (path: string, text: string) => writeFile(join(dir, path), text);

/** Builds as `aplomb build` does: the lock is kept. */
const build = async (): Promise<FlagSet> => {
  const built = await buildProject(dir);
  expect(formatProblems(built.problems, built.texts)).toBe("");
  await keepAllocation(dir, built);
  return openBundle(built.bundles[0]!.bytes);
};

const flag = (key: string, rules: string) =>
  write(`flags/${key}.yaml`, `key: ${key}\ntype: boolean\nclientVisible: true\nrules:\n${rules}`);

const variantOf = (flags: FlagSet, key: string, unit: string, more: object = {}) =>
  resolve(flags, key, { targetingKey: unit, ...more }).variant;

describe("percentages", () => {
  test("raising a percentage never moves a unit out, whatever was done before", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 2, maxLength: 5 }), async (percents) => {
        await rm(join(dir, "allocation.lock"), { force: true });
        let before: readonly string[] = [];
        for (const [step, percent] of percents.entries()) {
          await flag("a", `  - { name: r, split: { off: ${100 - percent}, on: ${percent} } }`);
          const flags = await build();
          const after = UNITS.filter((unit) => variantOf(flags, "a", unit) === "on");
          const [smaller, larger] = percent >= (percents[step - 1] ?? 0) ? [before, after] : [after, before];
          expect(smaller.filter((unit) => !larger.includes(unit))).toEqual([]);
          before = after;
        }
      }),
      { numRuns: process.env.APLOMB_DEEP === "1" ? 200 : 8 },
    );
  });

  test("a share in the middle grows without its other neighbours moving", async () => {
    const shares = (...[a, b, c]: number[]) =>
      write(
        "flags/a.yaml",
        `key: a\ntype: string\nclientVisible: true\nvariants: { a: a, b: b, c: c }\nrules: [{ name: r, split: { a: ${a}, b: ${b}, c: ${c} } }]`,
      );
    await shares(40, 20, 40);
    const before = await build();
    await shares(40, 30, 30);
    const after = await build();
    const moves = UNITS.map((unit) => [variantOf(before, "a", unit), variantOf(after, "a", unit)].join(" → "));
    expect([...new Set(moves)].sort()).toEqual(["a → a", "b → b", "c → b", "c → c"]);
  });

  test("the order of outcomes no longer matters once it is kept", async () => {
    await flag("a", "  - { name: r, split: { on: 30, off: 70 } }");
    const before = await build();
    await flag("a", "  - { name: r, split: { off: 70, on: 30 } }");
    const after = await build();
    expect(UNITS.filter((unit) => variantOf(before, "a", unit) !== variantOf(after, "a", unit))).toEqual([]);
  });

  test("a lock that is up to date is not written again", async () => {
    await flag("a", "  - { name: r, split: { on: 30, off: 70 } }");
    expect(await keepAllocation(dir, await buildProject(dir))).toBe(true);
    expect(await keepAllocation(dir, await buildProject(dir))).toBe(false);
    expect(await readFile(join(dir, "allocation.lock"), "utf8")).toContain(
      "  a/r: { on: [0, 300000], off: [300000, 1000000] }\n",
    );
  });
});

describe("groups", () => {
  const group = (text: string) => write("groups/g.yaml", `key: g\n${text}`);
  const inSlot = (flags: FlagSet, key: string) => UNITS.filter((unit) => variantOf(flags, key, unit) !== "");

  test("no unit is in two slots, or in one and held back", async () => {
    await group("holdout: 10\nslots: { x: 30, y: 40 }");
    for (const slot of ["x", "y", "holdout"]) await flag(slot, `  - { name: r, slot: g/${slot}, serve: on }`);
    await flag("open", "  - { name: r, holdout: g, serve: on }");
    await flag(
      "both",
      "  - { name: r, slot: g/x, holdout: g, when: { not: { attribute: bot, equals: true } }, serve: on }",
    );
    const flags = await build();
    const [x, y, held, open, both] = ["x", "y", "holdout", "open", "both"].map((key) => inSlot(flags, key));
    expect([x, y, held].map((units) => Math.round((units!.length / UNITS.length) * 10))).toEqual([3, 4, 1]);
    expect(new Set([...x!, ...y!, ...held!]).size).toBe(x!.length + y!.length + held!.length);
    expect([...open!, ...held!].sort()).toEqual([...UNITS].sort());
    expect(both).toEqual(x);
  });

  test("a slot grows into what is free, and nobody else moves", async () => {
    await group("slots: { x: 30, y: 40 }");
    for (const slot of ["x", "y"]) await flag(slot, `  - { name: r, slot: g/${slot}, serve: on }`);
    const before = await build();
    await group("slots: { x: 45, y: 30 }");
    const after = await build();
    expect(inSlot(after, "x")).toEqual(expect.arrayContaining(inSlot(before, "x")));
    expect(inSlot(before, "y")).toEqual(expect.arrayContaining(inSlot(after, "y")));
    expect(inSlot(after, "x").filter((unit) => inSlot(before, "y").includes(unit))).toEqual([]);
  });

  test("being in a slot says nothing about what the rule then gives", async () => {
    await group("slots: { x: 50 }");
    await flag("a", "  - { name: r, slot: g/x, split: { on: 50, off: 50 } }");
    const flags = await build();
    const given = inSlot(flags, "a").map((unit) => variantOf(flags, "a", unit));
    expect(given.filter((variant) => variant === "on").length / given.length).toBeCloseTo(0.5, 1);
  });
});

describe("schedules", () => {
  const startMs = Date.UTC(2027, 2, 1, 8);
  test.each([
    { atMs: undefined, variant: "off" },
    { atMs: startMs - 1, variant: "off" },
    { atMs: startMs, variant: "on" },
    { atMs: startMs + HOUR_MS - 1, variant: "on" },
    { atMs: startMs + HOUR_MS, variant: "off" },
  ])("at $atMs: $variant", async ({ atMs, variant }) => {
    await flag(
      "a",
      "  - { name: sale, starts: 2027-03-01T09:00:00+01:00, ends: 2027-03-01T09:00:00Z, serve: on }\n  - { name: r, serve: off }",
    );
    const flags = await build();
    expect(flags.usesSchedules).toBe(true);
    expect(variantOf(flags, "a", "u", atMs === undefined ? {} : { $nowMs: atMs })).toBe(variant);
  });

  test("a bundle without any asks for no clock", async () => {
    await flag("a", "  - { name: r, serve: on }");
    expect((await build()).usesSchedules).toBe(false);
  });
});

describe("prerequisites", () => {
  test.each([
    { gives: "on", country: "SE", variant: "on" },
    { gives: "on", country: "US", variant: "off" },
    { gives: "off", country: "US", variant: "on" },
    { gives: "[on, off]", country: "US", variant: "on" },
  ])("b gives $gives in $country: $variant", async ({ gives, country, variant }) => {
    await flag(
      "b",
      "  - { name: s, when: { attribute: country, equals: SE }, serve: on }\n  - { name: r, serve: off }",
    );
    await write("segments/ready.yaml", `key: ready\nwhen: { flag: b, gives: ${gives} }`);
    await flag("a", "  - { name: w, when: { inSegment: ready }, serve: on }\n  - { name: r, serve: off }");
    expect(variantOf(await build(), "a", "u", { country })).toBe(variant);
  });
});

describe("sticky rules", () => {
  test("a unit keeps what it was given, also when its share is gone", async () => {
    await flag("a", "  - { name: r, sticky: true, split: { on: 100, off: 0 } }");
    const flags = await build();
    const [read] = resolve(flags, "a", { targetingKey: "u" }, { materializations: "deferred" }).pending ?? [];
    const context = { targetingKey: "u" };
    expect(resolve(flags, "a", context, { materializations: [] })).toMatchObject({
      variant: "on",
      writes: [{ variant: "on" }],
    });
    expect(resolve(flags, "a", context, { materializations: [{ ...read!, variant: "off" }] }).variant).toBe("off");
  });

  test("onlyStored lets nobody in", async () => {
    await flag("a", "  - { name: r, sticky: { onlyStored: true }, serve: on }\n  - { name: s, serve: off }");
    expect(resolve(await build(), "a", { targetingKey: "u" }, { materializations: [] }).variant).toBe("off");
  });
});
