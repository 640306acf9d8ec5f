/** What a reviewer is told of each kind of change. @module */
import { BundleSchema, FlagSchema, SegmentSchema } from "@aplomb/proto/bundle";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bundleOf } from "../../testdata/bundles-of.js";
import { diffBundles } from "./diff-bundles.js";

const told = (before: Uint8Array, after: Uint8Array) =>
  diffBundles(before, after).map(
    ({ subject, key, kind, name, effect, text }) => `${subject} ${key} ${kind} ${name} (${effect}) ${text}`,
  );

const flagOf = (fields: string) => bundleOf({ "flags/a.yaml": `key: a\ntype: boolean\n${fields}` });

describe("what changes in a flag", () => {
  test.each([
    { before: "rules: [{ name: r, serve: on }]", after: "rules: [{ name: r, serve: on }]", lines: [] },
    {
      before: "rules: [{ name: r, split: { on: 10, off: 90 } }]",
      after: "rules: [{ name: r, split: { on: 20, off: 80 } }]",
      lines: [
        "flag a changed r (answers) split: on 10 %, off 90 % → on 20 %, off 80 %; 10 % of buckets change hands: off → on 10 %",
      ],
    },
    {
      before: "rules: [{ name: r, split: { on: 10, off: 90 } }]",
      after: "rules: [{ name: r, split: { off: 90, on: 10 } }]",
      lines: [
        "flag a changed r (answers) split: on 10 %, off 90 % → off 90 %, on 10 %; 20 % of buckets change hands: on → off 10 %, off → on 10 %",
      ],
    },
    {
      before: "rules: [{ name: r, split: { on: 50, fallthrough: 50 } }]",
      after: "rules: [{ name: r, serve: on }]",
      lines: [
        "flag a changed r (answers) split: on 50 %, fallthrough 50 % → on; 50 % of buckets change hands: fallthrough → on 50 %",
      ],
    },
    {
      before: "rules: [{ name: r, serve: on, when: { attribute: country, in: [SE, NO] } }]",
      after: "rules: [{ name: r, serve: on, when: { attribute: country, in: [SE, DK, FI] } }]",
      lines: ["flag a changed r (answers) when: country: [DK, FI] added, [NO] removed"],
    },
    {
      before: "rules: [{ name: r, serve: on, when: { attribute: country, equals: SE } }]",
      after:
        "rules: [{ name: r, serve: on, when: { all: [{ attribute: country, equals: SE }, { not: { attribute: v, as: version, below: 2.1.0 } }] } }]",
      lines: ["flag a changed r (answers) when: country = SE → country = SE and not v < version 2.1.0"],
    },
    {
      before: "rules: [{ name: r, serve: on }]",
      after: "rules: [{ name: r, serve: on, when: { attribute: age, atLeast: 18, below: 65 } }]",
      lines: ["flag a changed r (answers) when: everybody → age ≥ 18 and age < 65"],
    },
    {
      before: "rules: [{ name: r, split: { on: 50, off: 50 } }]",
      after: "rules: [{ name: r, unit: accountId, salt: s, split: { on: 50, off: 50 } }]",
      lines: [
        "flag a changed r (buckets) unit: the targeting key → accountId; every unit is drawn anew",
        "flag a changed r (buckets) salt: r1551869bf929fe6b → s; every unit is drawn anew",
      ],
    },
    {
      before: "rules: [{ name: r, when: { attribute: x, equals: 1 }, serve: on }, { name: s, serve: off }]",
      after: "rules: [{ name: s, serve: off }, { name: r, when: { attribute: x, equals: 1 }, serve: on }]",
      lines: ["flag a changed  (answers) order of rules: r, s → s, r"],
    },
    {
      before: "rules: [{ name: r, serve: on }]",
      after: "rules: [{ name: q, when: { attribute: x, contains: y z }, serve: off }]",
      lines: [
        "flag a added off (none) false",
        "flag a removed on (none) true",
        'flag a added q (answers) x contains "y z": off',
        "flag a removed r (answers) everybody: on",
      ],
    },
    {
      before: "owner: me\nexpires: 2027-01-01\nrules: [{ name: r, serve: on }]",
      after: "owner: team-a\nrules: [{ name: r, description: Why not, serve: on }]",
      lines: [
        'flag a changed r (none) description: "" → "Why not"',
        "flag a changed owner (none) owner: me → team-a",
        'flag a changed expires (none) expires: "2027-01-01" → ""',
      ],
    },
    {
      before: "rules: [{ name: r, serve: on }]",
      after: "enabled: false\nrules: [{ name: r, serve: on }]",
      lines: [
        "flag a changed  (answers) state: on → switched off",
        "flag a removed on (none) true",
        "flag a removed r (answers) everybody: on",
      ],
    },
  ])("$before → $after", ({ before, after, lines }) => {
    expect(told(flagOf(before), flagOf(after))).toEqual(lines);
  });
});

describe("what changes in values", () => {
  const objectOf = ([fields, value]: readonly [string, string]) =>
    bundleOf({
      "flags/a.yaml": `key: a\ntype: object\nfields: ${fields}\nvariants: { v: ${value} }\nrules: [{ name: r, serve: v }]`,
    });
  test.each([
    {
      before: ["{ n: integer }", "{ n: 1 }"] as const,
      after: ["{ n: integer }", "{ n: 2 }"] as const,
      lines: ["flag a changed v (answers) n 1 → 2"],
    },
    {
      before: ["{ b: { type: object, fields: { c: string } } }", "{ b: { c: x } }"] as const,
      after: ["{ b: { type: object, fields: { c: string, d: boolean } } }", "{ b: { c: y, d: true } }"] as const,
      lines: [
        "flag a added b.d (answers) field b.d: boolean",
        'flag a changed v (answers) b.c "x" → "y", b.d nothing → true',
      ],
    },
    {
      before: ["{ n: integer }", "{ n: 1 }"] as const,
      after: ["{ n: string }", "{ n: '1' }"] as const,
      lines: ["flag a changed n (answers) field n: integer → string", 'flag a changed v (answers) n 1 → "1"'],
    },
    {
      before: ["{ n: { type: list, of: string } }", "{ n: [a] }"] as const,
      after: ["{ n: { type: list, of: integer } }", "{ n: [] }"] as const,
      lines: [
        "flag a changed n (answers) field n: list of string → list of integer",
        'flag a changed v (answers) n ["a"] → []',
      ],
    },
  ])("$before → $after", ({ before, after, lines }) => {
    expect(told(objectOf(before), objectOf(after))).toEqual(lines);
  });

  test("a type", () => {
    const number = bundleOf({
      "flags/a.yaml": "key: a\ntype: integer\nvariants: { on: 1 }\nrules: [{ name: r, serve: on }]",
    });
    expect(told(flagOf("rules: [{ name: r, serve: on }]"), number)).toEqual([
      "flag a changed  (answers) type: boolean → integer",
      "flag a changed on (answers) true → 1",
    ]);
  });
});

describe("what comes and goes", () => {
  const files = {
    "flags/a.yaml":
      "key: a\ntype: boolean\nrules: [{ name: r, when: { inSegment: staff }, split: { on: 1.5, off: 98.5 } }]",
    "segments/staff.yaml": 'key: staff\nwhen: { attribute: email, endsWith: "@shop.example" }',
  };
  test("a flag and its segment", () => {
    const none = bundleOf({});
    expect(told(none, bundleOf(files))).toEqual([
      "flag a added  (answers) boolean, on; variants on, off; rules r (in segment staff: on 1.5 %, off 98.5 %)",
      'segment staff added  (answers) email ends with "@shop.example"',
    ]);
    expect(diffBundles(bundleOf(files), none).map(({ kind }) => kind)).toEqual(["removed", "removed"]);
  });

  test("a segment's condition", () => {
    const after = { ...files, "segments/staff.yaml": "key: staff\nwhen: { attribute: staff, equals: true }" };
    expect(told(bundleOf(files), bundleOf(after))).toEqual([
      'segment staff changed  (answers) when: email ends with "@shop.example" → staff = true',
    ]);
  });
});

describe("what only other platforms' bundles have", () => {
  const made = (flag: MessageInitShape<typeof FlagSchema>, segment: MessageInitShape<typeof SegmentSchema> = {}) =>
    toBinary(
      BundleSchema,
      create(BundleSchema, {
        schema: 1,
        flags: [{ key: "a", flag: toBinary(FlagSchema, create(FlagSchema, flag)) }],
        segments: [{ id: "s", segment: toBinary(SegmentSchema, create(SegmentSchema, segment)) }],
      }),
    );
  const hashed = (byte: number): MessageInitShape<typeof SegmentSchema> => {
    const value = { prefixBytes: 8, prefixes: new Uint8Array(8).fill(byte) };
    const attribute = { path: "x", rule: { case: "hashedSet" as const, value } };
    const criteria = [{ kind: { case: "attribute" as const, value: attribute } }];
    return { targeting: { criteria, expression: { kind: { case: "criterion", value: 0 } } } };
  };
  const sticky = { rules: [{ name: "r", segment: "s", enabled: true, materialization: { write: "m", read: "m" } }] };
  test.each([
    {
      what: "sticky assignments",
      before: made({ rules: [{ name: "r", segment: "s", enabled: true }] }),
      after: made(sticky),
      lines: ["flag a changed r (answers) sticky: no → writes m, reads m"],
    },
    {
      what: "drawn units",
      before: made({}, { allocation: { storedBits: 8, form: { case: "bits", value: Uint8Array.of(3) } } }),
      after: made({}, { allocation: { form: { case: "ranges", value: { bounds: [0, 500_000] } } } }),
      lines: ["segment s changed  (answers) allocation: 0.0002 % drawn → 50 % drawn; 49.9998 % come"],
    },
    {
      what: "hashed values",
      before: made({}, hashed(1)),
      after: made({}, hashed(2)),
      lines: ["segment s changed  (answers) when: x among 1 hashed values, with other values than before"],
    },
    {
      what: "an entry that cannot be read",
      before: made({}),
      after: toBinary(
        BundleSchema,
        create(BundleSchema, {
          schema: 1,
          flags: [{ key: "a", flag: Uint8Array.of(255) }],
          segments: [{ id: "s" }],
        }),
      ),
      lines: ["flag a changed  (answers) one of the two cannot be read"],
    },
    {
      what: "something without words: variants in another order",
      before: made({ variants: [{ name: "x" }, { name: "y" }] }),
      after: made({ variants: [{ name: "y" }, { name: "x" }] }),
      lines: ["flag a changed  (answers) written in another way"],
    },
    {
      what: "a name with a line break",
      before: made({}),
      after: made({ variants: [{ name: "x\n" }], rules: [{ name: "r", segment: "s\u001b[31m", enabled: true }] }),
      lines: [
        "flag a added x\n (none) nothing",
        "flag a added r (answers) segment s\\u{1b}[31m, which is not there: nobody",
      ],
    },
  ])("$what", ({ before, after, lines }) => {
    expect(told(before, after)).toEqual(lines);
  });
});

describe("laws", () => {
  const share = fc
    .integer({ min: 0, max: 100 })
    .map((on) => `rules: [{ name: r, split: { on: ${on}, off: ${100 - on} } }]`);
  test("a bundle does not differ from itself, and what differs one way differs the other", () => {
    fc.assert(
      fc.property(share, share, (before, after) => {
        const [old, now] = [flagOf(before), flagOf(after)];
        expect(diffBundles(old, old)).toEqual([]);
        expect(diffBundles(old, now).length > 0).toBe(before !== after);
        expect(diffBundles(now, old).length > 0).toBe(before !== after);
      }),
      { numRuns: process.env.APLOMB_DEEP === "1" ? 1_000 : 50 },
    );
  });
});
