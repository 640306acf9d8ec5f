/** Each part of a flag file and what it becomes in a bundle. @module */
import { FlagSchema, SegmentSchema } from "@aplomb/proto/bundle";
import { toJson } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { allocateProject } from "../allocate/allocate-project.js";
import { NO_ALLOCATION } from "../allocation.js";
import type { FlagFile, RuleFile } from "../flag-file.js";
import type { GroupFile } from "../group-file.js";
import { opaqueName } from "../opaque-name.js";
import { compileFlag } from "./compile-flag.js";

/** A flag beside one group, both cut anew. */
const compiled = (file: FlagFile) => {
  const groups: GroupFile[] = [{ key: "g", holdout: 10, slots: { s: 20 } }];
  return compileFlag(file, allocateProject({ flags: [file], groups }, NO_ALLOCATION));
};

const flagOf = (file: Partial<FlagFile>) =>
  toJson(FlagSchema, compiled({ key: "a", type: "boolean", ...file }).flag) as Record<string, unknown>;

/** The rule of a flag with one rule. */
const ruleOf = (rule: Partial<RuleFile>) => (flagOf({ rules: [{ name: "r", ...rule }] }).rules as object[])[0];

const range = (lower: number, upper: number) => [{ ...(lower > 0 && { lower }), upper }];

describe("schema and variants", () => {
  test.each([
    { file: { type: "boolean" }, schema: "BOOL", variants: { on: true, off: false } },
    { file: { type: "boolean", variants: { yes: true } }, schema: "BOOL", variants: { yes: true } },
    { file: { type: "string", variants: { x: "a" } }, schema: "STRING", variants: { x: "a" } },
    { file: { type: "number", variants: { x: 0.5 } }, schema: "DOUBLE", variants: { x: 0.5 } },
    { file: { type: "integer", variants: { x: 3 } }, schema: "INT", variants: { x: 3 } },
  ] as const)("a flag of type $file.type stores its values in the field value", ({ file, schema, variants }) => {
    expect(flagOf(file)).toEqual({
      schema: { fields: [{ name: "value", schema: { scalar: `SCALAR_KIND_${schema}` } }] },
      variants: Object.entries(variants).map(([name, value]) => ({ name, value: { value } })),
      state: "FLAG_STATE_ACTIVE",
    });
  });

  test("an object flag stores its values as they are, names in order", () => {
    const fields = {
      z: "string",
      o: { type: "object", fields: { b: "boolean" } },
      l: { type: "list", of: "integer" },
    } as const;
    const flag = flagOf({ type: "object", fields, variants: { v: { z: "x", l: [1], o: { b: true } } } });
    const schema = [
      { name: "l", schema: { list: { element: { scalar: "SCALAR_KIND_INT" } } } },
      { name: "o", schema: { struct: { fields: [{ name: "b", schema: { scalar: "SCALAR_KIND_BOOL" } }] } } },
      { name: "z", schema: { scalar: "SCALAR_KIND_STRING" } },
    ];
    const value = { l: [1], o: { b: true }, z: "x" };
    expect(flag).toEqual({ schema: { fields: schema }, variants: [{ name: "v", value }], state: "FLAG_STATE_ACTIVE" });
    expect(JSON.stringify(flag.variants)).toBe(JSON.stringify([{ name: "v", value }]));
  });

  test.each([
    { file: { enabled: false }, expected: { state: "FLAG_STATE_DISABLED" } },
    { file: { enabled: true }, expected: { state: "FLAG_STATE_ACTIVE" } },
    { file: { description: "d", owner: "o" }, expected: { description: "d", owner: "o" } },
    { file: { expires: "2027-03-01" }, expected: { expiresOn: "2027-03-01" } },
  ])("$file", ({ file, expected }) => {
    expect(flagOf(file)).toMatchObject(expected);
  });
});

describe("rules", () => {
  test.each([
    {
      rule: { serve: "on" },
      assignments: [{ id: "on", variant: "on", ranges: range(0, 1_000_000) }],
    },
    {
      rule: { serve: "clientDefault" },
      assignments: [{ id: "clientDefault", clientDefault: {}, ranges: range(0, 1_000_000) }],
    },
    {
      rule: { serve: "fallthrough" },
      assignments: [{ id: "fallthrough", fallthrough: {}, ranges: range(0, 1_000_000) }],
    },
    {
      rule: { split: { on: 12.5, fallthrough: 87.5 } },
      assignments: [
        { id: "on", variant: "on", ranges: range(0, 125_000) },
        { id: "fallthrough", fallthrough: {}, ranges: range(125_000, 1_000_000) },
      ],
    },
    {
      rule: { split: { off: 0, on: 100 } },
      assignments: [{ id: "on", variant: "on", ranges: range(0, 1_000_000) }],
    },
    {
      rule: { weights: { on: 1, off: 1, clientDefault: 1 } },
      assignments: [
        { id: "on", variant: "on", ranges: range(0, 333_334) },
        { id: "off", variant: "off", ranges: range(333_334, 666_667) },
        { id: "clientDefault", clientDefault: {}, ranges: range(666_667, 1_000_000) },
      ],
    },
  ] as const)("$rule", ({ rule, assignments }) => {
    expect(ruleOf(rule)).toEqual({
      name: "r",
      segment: "everybody",
      enabled: true,
      salt: opaqueName("rule", "a", "r"),
      split: { bucketCount: 1_000_000, assignments },
    });
  });

  test.each([
    { rule: { unit: "accountId" }, expected: { unitSelector: "accountId" } },
    { rule: { salt: "s" }, expected: { salt: "s" } },
    { rule: { description: "d" }, expected: { description: "d" } },
    { rule: { when: { inSegment: "staff" } }, expected: { segment: "staff" } },
    { rule: { when: { attribute: "x", equals: 1 } }, expected: { segment: "a/r" } },
    { rule: { when: { not: { inSegment: "staff" } } }, expected: { segment: "a/r" } },
  ])("$rule", ({ rule, expected }) => {
    expect(ruleOf({ serve: "on", ...rule })).toMatchObject(expected);
  });

  test("the targeting key by its name is the unit that is meant by none", () => {
    expect(ruleOf({ serve: "on", unit: "targetingKey" })).toEqual(ruleOf({ serve: "on" }));
  });

  test("a condition becomes a segment of its own, unless it is a shared one", () => {
    const { segments } = compiled({
      key: "a",
      type: "boolean",
      rules: [
        { name: "r", when: { attribute: "x", equals: 1 }, serve: "on" },
        { name: "s", when: { inSegment: "staff" }, serve: "on" },
        { name: "t", serve: "off" },
      ],
    });
    expect(segments.map(({ id, segment }) => [id, toJson(SegmentSchema, segment)])).toEqual([
      [
        "a/r",
        {
          targeting: {
            criteria: [{ attribute: { path: "x", eq: { value: { number: 1 } } } }],
            expression: { criterion: 0 },
          },
        },
      ],
    ]);
  });
});
