/** What lint says of attributes, days, types, limits and segments. @module */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { evaluateAll, openBundle, PAGE_LIMITS } from "@aplomb/core";
import { BundleSchema, FlagSchema } from "@aplomb/proto/bundle";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bundleOf } from "../../testdata/bundles-of.js";
import { lintOf, lintOfRules } from "../../testdata/lint-of.js";
import { countRecords } from "./count-records.js";
import { lintProject } from "./lint-project.js";

const when = (...attributes: string[]) =>
  attributes.map((name, index) => `{ name: r${index}, serve: on, when: { attribute: ${name}, equals: 1 } }`).join("\n");

describe("unknown-attribute", () => {
  const slip = (place: string, name: string, meant: string) =>
    `unknown-attribute ${place} the attribute "${name}" is used nowhere else, and is nearly "${meant}"`;
  test.each([
    { rules: when("country", "contry", "country.code"), found: [slip("5:45", "contry", "country")] },
    { rules: when("country", "contry"), found: [slip("5:45", "contry", "country")] },
    { rules: when("app", "app.version", "app2", "plan1", "plan2", "age", "page"), found: [] },
    { rules: "{ name: r, unit: targetinKey, serve: on }", found: [slip("4:20", "targetinKey", "targetingKey")] },
    { rules: "{ name: r, unit: targetingKey, serve: on }", found: [] },
    { rules: when("Country", "country"), found: [slip("5:45", "country", "Country")] },
  ])("$rules", ({ rules, found }) => {
    expect(lintOfRules(rules)).toEqual(found);
  });

  test("by a list of the attributes there are", () => {
    const rules = when("country", "app.version", "plan");
    expect(lintOfRules(rules, { attributes: ["country", "app"] })).toEqual([
      'unknown-attribute 6:45 contexts have no attribute "plan"',
    ]);
  });
});

describe("expired-flag", () => {
  test.each([
    {
      expires: "2026-12-31",
      found: ['expired-flag flags/a.yaml:3:10 the flag "a" should be gone since 2026-12-31; me answers for it'],
    },
    { expires: "2027-01-01", found: [] },
  ])("$expires, on 2027-01-01", ({ expires, found }) => {
    expect(lintOf({ "flags/a.yaml": `key: a\ntype: boolean\nexpires: ${expires}\nowner: me` })).toEqual(found);
  });
});

describe("type-drift", () => {
  const object = (fields: string) => `key: a\ntype: object\nfields: ${fields}\nvariants: { v: {} }`;
  const gone = (place: string, what: string, was: string) =>
    `type-drift flags/a.yaml:${place} error: ${what} was ${was} in the earlier version and is gone`;
  const turned = (place: string, what: string, was: string, is: string) =>
    `type-drift flags/a.yaml:${place} error: ${what} was ${was} in the earlier version and is now ${is}`;
  test.each([
    { before: "key: a\ntype: boolean", after: "key: a\ntype: boolean", found: [] },
    { before: "key: b\ntype: integer\nvariants: { v: 1 }", after: "key: a\ntype: boolean", found: [] },
    {
      before: "key: a\ntype: integer\nvariants: { v: 1 }",
      after: "key: a\ntype: boolean",
      found: [turned("2:7", "a", "an integer", "a boolean")],
    },
    {
      before: object("{ x: string }"),
      after: "key: a\ntype: string\nvariants: { v: x }",
      found: [turned("2:7", "a", "an object", "a string")],
    },
    { before: object("{ x: string }"), after: object("{ x: string, y: boolean }"), found: [] },
    {
      before: object("{ x: string, y: boolean }"),
      after: object("{ x: string }"),
      found: [gone("3:9", "a.y", "a boolean")],
    },
    {
      before: object("{ o: { type: object, fields: { p: string, q: string } } }"),
      after: object("{ o: { type: object, fields: { p: number } } }"),
      found: [gone("3:38", "a.o.q", "a string"), turned("3:43", "a.o.p", "a string", "a number")],
    },
    {
      before: object("{ o: { type: object, fields: { p: string } } }"),
      after: object("{ o: { type: list, of: string } }"),
      found: [turned("3:14", "a.o", "an object", "a list of string")],
    },
  ])("$before → $after", ({ before, after, found }) => {
    const against = [bundleOf({ "flags/a.yaml": before })];
    expect(lintOf({ "flags/a.yaml": after }, { against }).sort()).toEqual([...found].sort());
  });
});

describe("near-limit", () => {
  const rulesOf = (count: number) =>
    Array.from(
      { length: count },
      (_, n) => `  - { name: r${n}, when: { attribute: x, equals: ${n} }, serve: on }`,
    ).join("\n");
  const listOf = (count: number) => Array.from({ length: count }, (_, n) => `u${n}`).join(",");
  const startsOf = (count: number) =>
    Array.from({ length: count }, (_, n) => `{ attribute: x, startsWith: p${n} }`).join(",");
  const visible = "type: boolean\nclientVisible: true";
  test.each([
    { what: "160 rules", text: `key: a\n${visible}\nrules:\n${rulesOf(160)}`, found: [] },
    {
      what: "161 rules",
      text: `key: a\n${visible}\nrules:\n${rulesOf(161)}`,
      found: ["near-limit flags/a.yaml:4:1 161 rules: 80 % of the 200 that pages accept"],
    },
    { what: "161 rules that no page sees", text: `key: a\ntype: boolean\nrules:\n${rulesOf(161)}`, found: [] },
    {
      what: "a text",
      text: `key: a\ntype: string\nclientVisible: true\nvariants: { v: ${"x".repeat(13_108)} }\nrules: [{ name: r, serve: v }]`,
      found: ["near-limit flags/a.yaml:4:1 13,108 bytes in one text: 80 % of the 16,384 that pages accept"],
    },
    {
      what: "a text that is too long",
      text: `key: a\ntype: string\nclientVisible: true\nvariants: { v: ${"x".repeat(16_385)} }\nrules: [{ name: r, serve: v }]`,
      found: ["near-limit flags/a.yaml:4:1 error: 16,385 bytes in one text: 100 % of the 16,384 that pages accept"],
    },
    {
      what: "a list, hashed as it is for pages",
      text: `key: a\n${visible}\nrules: [{ name: r, serve: on, when: { attribute: x, in: [${listOf(28_000)}] } }]`,
      found: ["near-limit flags/a.yaml:4:31 224,049 bytes in the condition: 85 % of the 262,144 that pages accept"],
    },
    {
      what: "a list that is short enough once it is hashed",
      text: `key: a\n${visible}\nrules: [{ name: r, serve: on, when: { attribute: x, in: [${listOf(25_000)}] } }]`,
      found: [],
    },
    {
      what: "many texts that cannot be hashed",
      text: `key: a\n${visible}\nrules: [{ name: r, serve: on, when: { any: [${startsOf(7_000)}] } }]`,
      found: ["near-limit flags/a.yaml:4:31 42,003 parts in the condition: 84 % of the 50,000 that pages accept"],
    },
  ])("$what", ({ text, found }) => {
    expect(lintOf({ "flags/a.yaml": text })).toEqual(found);
  });

  test("1,601 flags", () => {
    const flags = Array.from({ length: 1_601 }, (_, n) => [`flags/f${n}.yaml`, `key: f${n}\n${visible}`]);
    expect(lintOf(Object.fromEntries(flags))).toEqual([
      "near-limit aplomb.yaml:4:3 1,601 flags in its bundle: 80 % of the 2,000 that pages accept",
      "near-limit aplomb.yaml:5:3 1,601 flags in its bundle: 80 % of the 2,000 that pages accept",
    ]);
  });

  test("parts are counted as clients count them", () => {
    const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify({ x: value }));
    const fields = fc.record({
      salt: fc.constantFrom("s", "t"),
      on: fc.integer({ min: 0, max: 100 }),
      note: fc.string(),
    });
    fc.assert(
      fc.property(json, fields, (value, { salt, on, note }) => {
        const flag: MessageInitShape<typeof FlagSchema> = {
          variants: [{ name: "v", value: JSON.parse(value) }],
          description: note,
          rules: [
            {
              name: "r",
              segment: "s",
              enabled: true,
              salt,
              split: {
                bucketCount: 100,
                assignments: [{ id: "v", outcome: { case: "variant", value: "v" }, ranges: [{ lower: 0, upper: on }] }],
              },
            },
          ],
        };
        const count = countRecords(create(FlagSchema, flag));
        expect({ at: isTaken(flag, count), below: isTaken(flag, count - 1) }).toEqual({ at: true, below: false });
      }),
      { numRuns: 100 },
    );
  });
});

/** Whether a client takes a flag, if an entry may have so many parts. */
function isTaken(flag: MessageInitShape<typeof FlagSchema>, entryRecords: number): boolean {
  const entry = { key: "a", flag: toBinary(FlagSchema, create(FlagSchema, flag)) };
  const bytes = toBinary(BundleSchema, create(BundleSchema, { schema: 1, flags: [entry] }));
  const flagSet = openBundle(bytes, { limits: { ...PAGE_LIMITS, entryRecords } });
  evaluateAll(flagSet, {});
  return flagSet.diagnostics.every(({ message }) => !message.includes("too many"));
}

describe("segments", () => {
  const segment = (key: string, condition: string) => ({ [`segments/${key}.yaml`]: `key: ${key}\nwhen: ${condition}` });
  test("unused, and used only by unused ones", () => {
    const files = {
      ...segment("used", "{ inSegment: deep }"),
      ...segment("deep", "{ attribute: x, equals: 1 }"),
      ...segment("idle", "{ inSegment: idler }"),
      ...segment("idler", "{ attribute: x, equals: 2 }"),
      "flags/a.yaml": "key: a\ntype: boolean\nrules: [{ name: r, when: { not: { inSegment: used } }, serve: on }]",
    };
    expect(lintOf(files)).toEqual([
      'unused-segment segments/idle.yaml:1:6 no flag uses the segment "idle"',
      'unused-segment segments/idler.yaml:1:6 no flag uses the segment "idler"',
    ]);
  });

  test("a cycle is an error of the build", () => {
    expect(lintOf({ ...segment("one", "{ inSegment: two }"), ...segment("two", "{ inSegment: one }") })).toEqual([
      "build segments/one.yaml:2:7 error: the segment leads back to itself: one → two → one",
    ]);
  });
});

describe("what a build says", () => {
  test("an e-mail address that anybody could read", () => {
    const flag =
      "key: a\ntype: string\nclientVisible: true\nvariants: { v: jane@shop.example }\nrules: [{ name: r, serve: v }]";
    expect(lintOf({ "flags/a.yaml": flag })).toEqual([
      'build flags/a.yaml:4:16 error: anybody could read the e-mail address jane@shop.example in the browser bundle: the flag "a" is clientVisible',
    ]);
  });

  test("a flag that is left to the endpoint", () => {
    const rule = "{ name: r, when: { attribute: email, startsWith: jane@shop.example }, serve: on }";
    expect(lintOf({ "flags/a.yaml": `key: a\ntype: boolean\nclientVisible: true\nrules: [${rule}]` })).toEqual([
      expect.stringMatching(/^build flags\/a\.yaml:4:58 browsers ask the endpoint for "a"/),
    ]);
  });
});

describe("lintProject", () => {
  const shop = fileURLToPath(new URL("../../testdata/shop", import.meta.url));
  test("finds nothing in the shop", async () => {
    expect(await lintProject(shop, { nowMs: 0 })).toMatchObject({ problems: [], isComplete: true });
  });

  test("finds that there is no project", async () => {
    const dir = await mkdtemp(join(tmpdir(), "aplomb-lint-"));
    const { problems, isComplete } = await lintProject(dir, { nowMs: 0 });
    expect({ isComplete, rules: problems.map(({ rule, file }) => [rule, file]) }).toEqual({
      isComplete: false,
      rules: [["build", "aplomb.yaml"]],
    });
    await rm(dir, { recursive: true });
  });
});
