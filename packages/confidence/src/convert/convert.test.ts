/** What is written into the bundle: every shape of a state, empty ones too, and nothing else. @module */
import {
  AttributeCriterionSchema,
  BundleSchema,
  ExpressionSchema,
  FlagSchema,
  RuleSchema,
  ScalarKind,
  SegmentSchema,
  StructTypeSchema,
  TargetingSchema,
} from "@aplomb/proto/bundle";
import { create, fromBinary, type JsonObject, type MessageInitShape } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import {
  ALL,
  type AttributeInit,
  BY_SECRET,
  type ExpressionInit,
  type FlagInit,
  flag,
  rule,
  type SegmentInit,
  segment,
  stateBytes,
} from "../../test/state-builder.js";
import { importResolverState } from "../import-resolver-state.js";

/** Flag `f` and its segment `segments/all`, as the bundle has them. */
function written(flagInit: FlagInit, segmentInit: SegmentInit) {
  const { bundle } = importResolverState(
    stateBytes({ flags: [flag("f", flagInit)], segments: [segmentInit] }),
    BY_SECRET,
  );
  const { flags, segments } = fromBinary(BundleSchema, bundle);
  return {
    flag: fromBinary(FlagSchema, flags[0]?.flag ?? new Uint8Array()),
    segment: fromBinary(SegmentSchema, segments[0]?.segment ?? new Uint8Array()),
  };
}

type Rule = NonNullable<AttributeInit["rule"]>;
type WrittenRule = NonNullable<MessageInitShape<typeof AttributeCriterionSchema>["rule"]>;
type WrittenExpression = MessageInitShape<typeof ExpressionSchema>;
const text = (value: string) => ({ kind: { case: "string" as const, value } });
const number = (value: number) => ({ kind: { case: "number" as const, value } });

describe("attribute criteria", () => {
  const moment = { seconds: -62_135_596_801n, nanos: 2_000_000_000 };
  const list = { values: [text("a"), {}, number(Number.NaN)] };
  test.each<[what: string, rule: Rule, expected: WrittenRule]>([
    ["no rule", { case: undefined }, { case: undefined }],
    ["eq without a value", { case: "eq", value: {} }, { case: "eq", value: {} }],
    ["eq with an empty value", { case: "eq", value: { value: {} } }, { case: "eq", value: { value: {} } }],
    ...[
      text("å"),
      text(""),
      number(-0),
      { kind: { case: "bool" as const, value: false } },
      { kind: { case: "timestamp" as const, value: moment } },
      { kind: { case: "list" as const, value: list } },
    ].map((value): [string, Rule, WrittenRule] => [
      `eq with a ${value.kind.case}`,
      { case: "eq", value: { value } },
      { case: "eq", value: { value } },
    ]),
    [
      "eq with a version",
      { case: "eq", value: { value: { kind: { case: "version", value: { version: "1.2" } } } } },
      { case: "eq", value: { value: { kind: { case: "version", value: "1.2" } } } },
    ],
    ["an empty set", { case: "set", value: {} }, { case: "set", value: { values: [] } }],
    ["a set", { case: "set", value: list }, { case: "set", value: list }],
    ["no bounds", { case: "range", value: {} }, { case: "range", value: {} }],
    ...(["startInclusive", "startExclusive"] as const).map((bound): [string, Rule, WrittenRule] => {
      const range = { start: { case: bound, value: number(1) } };
      return [bound, { case: "range", value: range }, { case: "range", value: range }];
    }),
    ...(["endInclusive", "endExclusive"] as const).map((bound): [string, Rule, WrittenRule] => {
      const range = { end: { case: bound, value: {} } };
      return [bound, { case: "range", value: range }, { case: "range", value: range }];
    }),
    ...(["startsWith", "endsWith", "contains"] as const).map((part): [string, Rule, WrittenRule] => [
      part,
      { case: part, value: { value: "x" } },
      { case: part, value: "x" },
    ]),
    ...(["any", "all"] as const).flatMap((which): [string, Rule, WrittenRule][] => [
      [`${which} without an inner rule`, { case: which, value: {} }, { case: which, value: {} }],
      [
        `${which} with an empty inner rule`,
        { case: which, value: { rule: {} } },
        { case: which, value: { rule: { rule: { case: undefined } } } },
      ],
      [
        `${which} with an inner rule`,
        { case: which, value: { rule: { rule: { case: "contains", value: { value: "x" } } } } },
        { case: which, value: { rule: { rule: { case: "contains", value: "x" } } } },
      ],
    ]),
  ])("%s", (_, rule, expected) => {
    const criteria = { a: { kind: { case: "attribute" as const, value: { path: "a.b", rule } } } };
    const { targeting } = written({}, segment("segments/all", criteria)).segment;
    const value = create(AttributeCriterionSchema, { path: "a.b", rule: expected });
    expect(targeting?.criteria.map(({ kind }) => kind.value)).toEqual([value]);
  });
});

describe("expressions", () => {
  const ref = (id: string): ExpressionInit => ({ kind: { case: "ref", value: id } });
  const at = (place: number): WrittenExpression => ({ kind: { case: "criterion", value: place } });
  const list = (which: "and" | "or", ...places: number[]): WrittenExpression => ({
    kind: { case: which, value: { operands: places.map(at) } },
  });
  const and = (...operands: ExpressionInit[]): ExpressionInit => ({ kind: { case: "and", value: { operands } } });
  const or = (...operands: ExpressionInit[]): ExpressionInit => ({ kind: { case: "or", value: { operands } } });
  const not = (operand: ExpressionInit): ExpressionInit => ({ kind: { case: "not", value: operand } });
  const named = (name: string) => ({ kind: { case: "segment" as const, value: { segment: name } } });
  const criteria = { b: named("B"), a: named("A"), z: named("Z"), ["__proto__"]: named("P"), e: {} };

  test.each([
    { what: "nothing", expression: {}, expected: {}, left: [] },
    { what: "a leaf", expression: ref("b"), expected: at(0), left: ["B"] },
    { what: "a missing leaf", expression: and(ref("b"), ref("x")), expected: list("and", 0, 1), left: ["B"] },
    { what: "in order of ids", expression: or(ref("b"), ref("a")), expected: list("or", 1, 0), left: ["A", "B"] },
    { what: "one leaf twice", expression: and(ref("a"), ref("a")), expected: list("and", 0, 0), left: ["A"] },
    { what: "an odd id", expression: and(ref("__proto__")), expected: list("and", 0), left: ["P"] },
    { what: "no operands", expression: and(), expected: list("and"), left: [] },
    { what: "not", expression: not(ref("z")), expected: { kind: { case: "not" as const, value: at(0) } }, left: ["Z"] },
    { what: "an empty leaf", expression: ref("e"), expected: at(0), left: [undefined] },
  ])("$what", ({ expression, expected, left }) => {
    const { targeting } = written({}, segment("segments/all", criteria, expression)).segment;
    expect(targeting?.expression).toEqual(create(ExpressionSchema, expected));
    expect(targeting?.criteria.map(({ kind }) => kind.value)).toEqual(left);
  });

  test.each([
    { what: "no targeting", init: ALL, expected: undefined },
    { what: "empty targeting", init: { ...ALL, targeting: {} }, expected: create(TargetingSchema) },
    {
      what: "criteria without an expression",
      init: { ...ALL, targeting: { criteria } },
      expected: create(TargetingSchema),
    },
  ])("$what", ({ init, expected }) => {
    expect(written({}, init).segment.targeting).toEqual(expected);
  });
});

describe("flags", () => {
  test("schemas, fields in the order of their names", () => {
    const scalar = (name: "int" | "double" | "string" | "bool") => ({ kind: { case: name, value: {} } });
    const element = { kind: { case: "list" as const, value: { element: scalar("double") } } };
    const fields = { s: scalar("string"), b: scalar("bool"), i: scalar("int"), l: element, any: {} };
    const list = { kind: { case: "list" as const, value: {} } };
    const schema = { fields: { o: { kind: { case: "struct" as const, value: { fields } } }, list } };
    const kind = (value: ScalarKind) => ({ kind: { case: "scalar" as const, value } });
    const expected = create(StructTypeSchema, {
      fields: [
        { name: "list", schema: { kind: { case: "list", value: {} } } },
        {
          name: "o",
          schema: {
            kind: {
              case: "struct",
              value: {
                fields: [
                  { name: "any", schema: {} },
                  { name: "b", schema: kind(ScalarKind.BOOL) },
                  { name: "i", schema: kind(ScalarKind.INT) },
                  { name: "l", schema: { kind: { case: "list", value: { element: kind(ScalarKind.DOUBLE) } } } },
                  { name: "s", schema: kind(ScalarKind.STRING) },
                ],
              },
            },
          },
        },
      ],
    });
    expect(written({ schema }, ALL).flag.schema).toEqual(expected);
    expect(written({ schema: {} }, ALL).flag.schema).toEqual(create(StructTypeSchema));
    expect(written({}, ALL).flag.schema).toBeUndefined();
  });

  test.each<[string, JsonObject | undefined]>([
    ["absent", undefined],
    ["empty", {}],
    ["every kind", { n: null, d: -0.5, s: "å", b: false, o: { z: 1, a: [1, [null], { y: {} }] } }],
    ["odd names", JSON.parse('{ "__proto__": { "constructor": 1 }, "": 2, "7": 3 }')],
    ["odd numbers", { nan: Number.NaN, infinity: Number.NEGATIVE_INFINITY, zero: -0 }],
  ])("a value: %s", (_, value) => {
    const variants = [{ name: "any name at all", ...(value && { value }) }];
    const [variant] = written({ variants }, ALL).flag.variants;
    expect(variant?.name).toBe("any name at all");
    expect(variant?.value).toEqual(value);
  });

  test("rules, with every name as it is", () => {
    const materialization = { write: "w", read: "r", mode: { mustMatch: true, targetingCanBeIgnored: true } };
    const outcome = { case: "variant" as const, value: { variant: "" } };
    const assignments = [
      { id: "nothing" },
      { id: "", outcome, ranges: [{ lower: -1, upper: 2_147_483_647 }, {}] },
      { id: "on we go", outcome: { case: "fallthrough" as const, value: {} } },
      { id: "default", outcome: { case: "clientDefault" as const, value: {} } },
    ];
    const init = { unitSelector: "a.b", materialization, split: { bucketCount: -7, assignments } };
    const rules = [rule("f", init), rule("f", { name: "", materialization: {}, split: undefined })];
    const expected = [
      {
        name: "flags/f/rules/everybody",
        segment: "segments/all",
        unitSelector: "a.b",
        enabled: true,
        salt: "all",
        split: {
          bucketCount: -7,
          assignments: [
            { id: "nothing" },
            {
              id: "",
              outcome: { case: "variant" as const, value: "" },
              ranges: [{ lower: -1, upper: 2_147_483_647 }, {}],
            },
            { id: "on we go", outcome: { case: "fallthrough" as const, value: {} } },
            { id: "default", outcome: { case: "clientDefault" as const, value: {} } },
          ],
        },
        materialization: { write: "w", read: "r", mustMatch: true, targetingCanBeIgnored: true },
      },
      { name: "", segment: "segments/all", enabled: true, salt: "all", materialization: {} },
    ].map((init) => create(RuleSchema, init));
    expect(written({ rules }, ALL).flag.rules).toEqual(expected);
    expect(written({ rules: [rule("f")] }, ALL).flag.rules[0]?.materialization).toBeUndefined();
  });

  test("nothing that was not asked for", () => {
    const { flag: kept } = written({ clients: ["clients/web", "clients/app"], rules: [] }, ALL);
    expect(kept).toEqual(create(FlagSchema, { variants: kept.variants, state: 1 }));
  });
});
