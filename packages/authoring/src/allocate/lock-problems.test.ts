/** What build and lint say of an allocation.lock that does not belong to the files beside it. @module */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lintOf, lockOf } from "../../testdata/lint-of.js";
import { sourcesOf } from "../../testdata/sources-of.js";
import { buildSources } from "../build-sources.js";

const files = {
  "flags/a.yaml": "key: a\ntype: boolean\nrules:\n  - { name: r, split: { on: 30, off: 70 } }",
  "flags/b.yaml": "key: b\ntype: boolean\nrules:\n  - { name: q, slot: g/x, serve: on }",
  "groups/g.yaml": "key: g\nholdout: 10\nslots: { x: 30 }",
};
const lock = lockOf(files) ?? "";
/** The lines of the lock as a build writes it: comments, rules, groups, seals. */
const RULE = "  a/r: { on: [0, 300000], off: [300000, 1000000] }";
const GROUP = "  g: { holdout: [0, 100000], x: [100000, 400000] }";
const SEAL = /^ {2}a\/r: [0-9a-f]{8}-[0-9a-f]{8}\n/m;

const lintWith = (changes: Readonly<Record<string, string>>) =>
  lintOf({ ...files, "allocation.lock": lock, ...changes });

test("a build writes what build and lint have nothing to say of", () => {
  expect(lock.split("\n")).toEqual(expect.arrayContaining([RULE, GROUP]));
  expect(lintWith({})).toEqual([]);
  expect(lintWith({ "allocation.lock": lock.replaceAll("\n", "\r\n") })).toEqual([]);
});

describe("outdated", () => {
  test.each([
    {
      what: "no lock",
      changes: { "allocation.lock": "" },
      found: ["allocation.lock:1:1 there is no such file, and 2 lines of buckets to keep in it"],
    },
    {
      what: "a share that was raised",
      changes: { "flags/a.yaml": files["flags/a.yaml"].replace("on: 30, off: 70", "on: 40, off: 60") },
      found: ["allocation.lock:4:10 flags/a.yaml asks for on 40 %, off 60 %, and this line has on 30 %, off 70 %"],
    },
    {
      what: "an outcome that came",
      changes: { "flags/a.yaml": files["flags/a.yaml"].replace("off: 70", "off: 60, fallthrough: 10") },
      found: [
        "allocation.lock:4:27 flags/a.yaml asks for off 60 %, fallthrough 10 %, and this line has off 70 %, fallthrough 0 %",
      ],
    },
    {
      what: "a rule that was renamed",
      changes: { "flags/a.yaml": files["flags/a.yaml"].replace("name: r", "name: s") },
      found: [
        'allocation.lock:4:3 nobody needs the line "a/r": no rule of that name splits units',
        'flags/a.yaml:4:13 the split of "a/s" is not in allocation.lock',
      ],
    },
    {
      what: "a rule that no longer splits",
      changes: { "flags/a.yaml": files["flags/a.yaml"].replace("split: { on: 30, off: 70 }", "serve: on") },
      found: ['allocation.lock:4:3 nobody needs the line "a/r": no rule of that name splits units'],
    },
    {
      what: "a group that came",
      changes: { "groups/h.yaml": "key: h\nslots: { y: 1 }" },
      found: ['groups/h.yaml:1:6 the group "h" is not in allocation.lock'],
    },
    {
      what: "a group that went",
      changes: { "groups/g.yaml": "key: h\nslots: { x: 30 }", "flags/b.yaml": "key: b\ntype: boolean" },
      found: [
        'allocation.lock:6:3 nobody needs the line "g": no file has that group',
        'groups/g.yaml:1:6 the group "h" is not in allocation.lock',
      ],
    },
    {
      what: "a slot that came",
      changes: { "groups/g.yaml": `${files["groups/g.yaml"].replace("}", ", y: 20 }")}` },
      found: ["allocation.lock:6:3 groups/g.yaml asks for y 20 %, and this line has y 0 %"],
    },
    {
      what: "a holdout that went",
      changes: { "groups/g.yaml": "key: g\nslots: { x: 30 }" },
      found: ["allocation.lock:6:8 groups/g.yaml asks for holdout 0 %, and this line has holdout 10 %"],
    },
    {
      what: "a seal without a line",
      changes: { "allocation.lock": lock.replace("seals:\n", "seals:\n  gone/r: 01234567-89abcdef\n") },
      found: ["allocation.lock:3:1 `aplomb build` would write this file in another way"],
    },
  ])("$what", ({ changes, found }) => {
    expect(lintWith(changes)).toEqual(found.map((line) => `outdated-lock ${line}`));
  });
});

describe("suspect", () => {
  const edited =
    'the ranges of "a/r" are not those that its seal was made for: somebody edited them, or merged them by hand';
  const drawn =
    'the line "a/r" was cut for another salt or unit: with the one that it has now, every unit is drawn anew';
  const swapped = "  a/r: { on: [700000, 1000000], off: [0, 700000] }";
  const withRule = (more: string) => files["flags/a.yaml"].replace("name: r,", `name: r, ${more},`);
  test.each([
    { what: "ranges that were swapped", changes: { "allocation.lock": lock.replace(RULE, swapped) }, found: [edited] },
    {
      what: "ranges that overlap, which is an error",
      changes: { "allocation.lock": lock.replace("on: [0, 300000]", "on: [0, 400000]") },
      found: ["error: bucket 300000 is given away twice"],
    },
    {
      what: "a line without a seal",
      changes: { "allocation.lock": lock.replace(SEAL, "") },
      found: ['the line "a/r" has no seal: no build wrote it'],
    },
    { what: "another salt", changes: { "flags/a.yaml": withRule("salt: spring") }, found: [drawn] },
    { what: "another unit", changes: { "flags/a.yaml": withRule("unit: accountId") }, found: [drawn] },
    { what: "the same unit under its name", changes: { "flags/a.yaml": withRule("unit: targetingKey") }, found: [] },
    {
      what: "a seal of another flag's rule",
      changes: {
        "allocation.lock": lock.replace(/(a\/r: )[0-9a-f]{8}-[0-9a-f]{8}$/m, `$1${/ g: (\S+-\S+)$/m.exec(lock)?.[1]}`),
      },
      found: [edited],
    },
  ])("$what", ({ changes, found }) => {
    const said = lintWith(changes);
    expect(said.map((line) => line.replace(/^build allocation\.lock:4:\d+ /, ""))).toEqual(found);
    const { problems } = buildSources(sourcesOf({ ...files, "allocation.lock": lock, ...changes }));
    expect(problems.map(({ message }) => message)).toEqual(found.map((line) => line.replace("error: ", "")));
  });

  test("another unit of a group", () => {
    const unit = {
      "groups/g.yaml": `${files["groups/g.yaml"]}\nunit: accountId`,
      "flags/b.yaml": "key: b\ntype: boolean",
    };
    expect(lintWith(unit)).toEqual([
      expect.stringMatching(/^build allocation\.lock:6:3 the line "g" was cut for another/),
    ]);
  });

  test("the next build seals what is meant", () => {
    const changes = { "allocation.lock": lock.replace(RULE, "  a/r: { on: [700000, 1000000], off: [0, 700000] }") };
    const sealed = lockOf({ ...files, ...changes }) ?? "";
    expect(sealed).toContain("a/r: { on: [700000, 1000000], off: [0, 700000] }");
    expect(lintWith({ "allocation.lock": sealed })).toEqual([]);
  });
});

test("no number of a lock changes unnoticed", () => {
  const numbers = [...lock.matchAll(/\d+(?=[,\]])/g)];
  fc.assert(
    fc.property(fc.constantFrom(...numbers), fc.integer({ min: 0, max: 1_000_000 }), ({ 0: was, index }, now) => {
      fc.pre(Number(was) !== now);
      const text = `${lock.slice(0, index)}${now}${lock.slice(index + was.length)}`;
      expect(lintWith({ "allocation.lock": text })).not.toEqual([]);
    }),
    { numRuns: process.env.APLOMB_DEEP === "1" ? 20_000 : 200 },
  );
});
