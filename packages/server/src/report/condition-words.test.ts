/** Conditions in words, as explanations and descriptions have them. @module */
import { describe, expect, test } from "vitest";
import { type ConditionRule, conditionWords } from "./condition-words.js";

const version = (text: string) => ({ kind: "version", text, parts: [0, 0, 0, 0] });
const moment = (seconds: number, nanos = 0) => ({ kind: "moment", seconds, nanos });
const eq = (value?: never | string | number | boolean | object | null): ConditionRule =>
  ({ case: "eq", value: value === undefined ? {} : { value } }) as ConditionRule;
const set = (...values: unknown[]) => ({ case: "set", value: { values } }) as ConditionRule;
const range = (value: object) => ({ case: "range", value }) as ConditionRule;
const from = (value: unknown) => ({ start: { case: "startInclusive", value } });
const below = (value: unknown) => ({ end: { case: "endExclusive", value } });

describe("conditionWords", () => {
  test.each<{ path?: string; rule: ConditionRule; said: string }>([
    { rule: eq("SE"), said: "a.b is SE" },
    { rule: eq("two words"), said: 'a.b is "two words"' },
    { rule: eq("true"), said: 'a.b is "true"' },
    { rule: eq(true), said: "a.b is true" },
    { rule: eq(null), said: "a.b is nothing" },
    { rule: eq(), said: "a.b has no value to equal" },
    { rule: eq(["x", 2]), said: "a.b is [x, 2]" },
    { rule: set("SE", "NO"), said: "a.b is one of [SE, NO]" },
    { rule: set(), said: "a.b is one of []" },
    {
      rule: set(...Array.from({ length: 30 }, (_, i) => i)),
      said: "a.b is one of [0, 1, 2, 3, 4, 5, 6, 7, … 22 more]",
    },
    { rule: range(from(version("2.4.0"))), said: "a.b ≥ 2.4.0" },
    { rule: range({ ...from(18), ...below(65) }), said: "a.b ≥ 18 and < 65" },
    {
      rule: range({ start: { case: "startExclusive", value: 1 }, end: { case: "endInclusive", value: 2 } }),
      said: "a.b > 1 and ≤ 2",
    },
    { rule: range(below(moment(0))), said: "a.b < 1970-01-01T00:00:00Z" },
    { rule: range(from(moment(9e12, -1))), said: "a.b ≥ 9000000000000 s -1 ns since 1970" },
    { rule: range({ start: {}, end: {} }), said: "a.b within no bounds" },
    { rule: { case: "any", value: { rule: { rule: set("x") } } }, said: "any of a.b is one of [x]" },
    { rule: { case: "all", value: {} }, said: "every one of a.b with no operator that this release knows" },
    { rule: { case: "startsWith", value: "ann" }, said: "a.b starts with ann" },
    {
      rule: { case: "hashedSet", value: { prefixBytes: 8, prefixes: Array(24).fill(0) } },
      said: "a.b is one of 3 hashed values",
    },
    { rule: { case: "hashedSet", value: { prefixBytes: 0, prefixes: [] } }, said: "a.b is one of 0 hashed values" },
    { rule: {}, said: "a.b with no operator that this release knows" },
    { rule: eq("\u001b[31mred"), said: 'a.b is "\\u001b[31mred"' },
    { rule: eq("x".repeat(300)), said: `a.b is "${"x".repeat(200)}…"` },
    { path: "targeting_key", rule: set("ann", "bob"), said: "targeting_key is one of 2 hidden values" },
    { path: "user.email", rule: { case: "endsWith", value: "@shop.example" }, said: "user.email ends with (hidden)" },
    { path: "userId", rule: eq("ann"), said: "userId is (hidden)" },
    { path: "phone", rule: range(from("4")), said: "phone ≥ (hidden)" },
    { path: "emailVerified", rule: eq(true), said: "emailVerified is true" },
  ])("$said", ({ path = "a.b", rule, said }) => {
    expect(conditionWords(path, rule)).toBe(said);
  });
});
