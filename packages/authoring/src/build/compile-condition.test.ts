/** Each kind of condition and what it becomes in a bundle. @module */
import { TargetingSchema } from "@aplomb/proto/bundle";
import { toJson } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import type { Condition } from "../condition.js";
import { compileCondition } from "./compile-condition.js";

const compiled = (condition: Condition) => toJson(TargetingSchema, compileCondition(condition));

/** The targeting of a single test of the attribute `a`. */
const single = (rule: object) => ({ criteria: [{ attribute: { path: "a", ...rule } }], expression: { criterion: 0 } });

describe("a test of an attribute", () => {
  test.each([
    { condition: { equals: "SE" }, rule: { eq: { value: { string: "SE" } } } },
    { condition: { equals: 1.5 }, rule: { eq: { value: { number: 1.5 } } } },
    { condition: { equals: false }, rule: { eq: { value: { bool: false } } } },
    { condition: { equals: "" }, rule: { eq: { value: { string: "" } } } },
    { condition: { equals: "1.2.3", as: "version" }, rule: { eq: { value: { version: "1.2.3" } } } },
    { condition: { in: ["SE", "NO"] }, rule: { set: { values: [{ string: "SE" }, { string: "NO" }] } } },
    { condition: { in: [1, 2] }, rule: { set: { values: [{ number: 1 }, { number: 2 }] } } },
    {
      condition: { in: ["1.0", "1.1"], as: "version" },
      rule: { set: { values: [{ version: "1.0" }, { version: "1.1" }] } },
    },
    { condition: { startsWith: "/x" }, rule: { startsWith: "/x" } },
    { condition: { endsWith: "x/" }, rule: { endsWith: "x/" } },
    { condition: { contains: "x" }, rule: { contains: "x" } },
    { condition: { atLeast: 18 }, rule: { range: { startInclusive: { number: 18 } } } },
    { condition: { above: 0 }, rule: { range: { startExclusive: { number: 0 } } } },
    { condition: { atMost: -1 }, rule: { range: { endInclusive: { number: -1 } } } },
    { condition: { below: 65 }, rule: { range: { endExclusive: { number: 65 } } } },
    {
      condition: { atLeast: 18, below: 65 },
      rule: { range: { startInclusive: { number: 18 }, endExclusive: { number: 65 } } },
    },
    { condition: { atLeast: "2.1.0", as: "version" }, rule: { range: { startInclusive: { version: "2.1.0" } } } },
    {
      condition: { below: "2027-03-01T09:00:00.5+01:00", as: "timestamp" },
      rule: { range: { endExclusive: { timestamp: { seconds: "1803888000", nanos: 500_000_000 } } } },
    },
    {
      condition: { above: "1969-12-31", as: "timestamp" },
      rule: { range: { startExclusive: { timestamp: { seconds: "-86400" } } } },
    },
  ] as const)("$condition", ({ condition, rule }) => {
    expect(compiled({ attribute: "a", ...condition })).toEqual(single(rule));
  });
});

describe("combinations", () => {
  const [a, b, c] = ["a", "b", "c"].map((attribute) => ({ attribute, contains: attribute })) as [
    Condition,
    Condition,
    Condition,
  ];
  const leaf = (path: string) => ({ attribute: { path, contains: path } });

  test.each([
    {
      condition: { all: [a, b] },
      expected: {
        criteria: [leaf("a"), leaf("b")],
        expression: { and: { operands: [{ criterion: 0 }, { criterion: 1 }] } },
      },
    },
    {
      condition: { any: [a, { not: b }] },
      expected: {
        criteria: [leaf("a"), leaf("b")],
        expression: { or: { operands: [{ criterion: 0 }, { not: { criterion: 1 } }] } },
      },
    },
    {
      condition: { not: { inSegment: "staff" } },
      expected: { criteria: [{ segment: "staff" }], expression: { not: { criterion: 0 } } },
    },
    {
      condition: { all: [{ any: [a, b] }, { all: [c] }] },
      expected: {
        criteria: [leaf("a"), leaf("b"), leaf("c")],
        expression: {
          and: {
            operands: [
              { or: { operands: [{ criterion: 0 }, { criterion: 1 }] } },
              { and: { operands: [{ criterion: 2 }] } },
            ],
          },
        },
      },
    },
  ])("$condition", ({ condition, expected }) => {
    expect(compiled(condition)).toEqual(expected);
  });
});
