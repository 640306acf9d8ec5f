/** Conditions in words. @module */
import { describe, expect, test } from "vitest";
import { describeCriterion } from "./describe-criterion.js";

const version = (text: string) => ({ kind: "version", text, parts: [0, 0, 0, 0] });
const time = (seconds: number, nanos = 0) => ({ kind: "moment", seconds, nanos });
const from = (value: unknown) => ({ case: "startInclusive", value });
const above = (value: unknown) => ({ case: "startExclusive", value });
const to = (value: unknown) => ({ case: "endInclusive", value });
const below = (value: unknown) => ({ case: "endExclusive", value });
const set = (...values: unknown[]) => ({ case: "set", value: { values } });
const range = (value: object) => ({ case: "range", value });
const eq = (value?: unknown) => ({ case: "eq", value: { value } });
const each = (kind: "any" | "all", rule: object) => ({ case: kind, value: { rule: { rule } } });

describe("describeCriterion", () => {
  test.each([
    { rule: eq("SE"), said: "a.b = SE" },
    { rule: eq("1"), said: 'a.b = "1"' },
    { rule: eq(1), said: "a.b = 1" },
    { rule: eq(true), said: "a.b = true" },
    { rule: eq("true"), said: 'a.b = "true"' },
    { rule: eq(null), said: "a.b = nothing" },
    { rule: eq(["x", 2]), said: "a.b = [x, 2]" },
    { rule: eq(), said: "a.b, with no value to compare" },
    { rule: set("SE", "NO"), said: "a.b in [SE, NO]" },
    { rule: set(), said: "a.b in []" },
    { rule: set(version("1.2"), version("1.10")), said: "a.b in [1.2, 1.10] (version)" },
    {
      rule: set(...Array.from({ length: 30 }, (_, i) => i)),
      said: "a.b in [0, 1, 2, 3, 4, 5, 6, 7, … 22 more]",
    },
    { rule: range({ start: from(version("2.4.0")), end: {} }), said: "a.b ≥ 2.4.0 (version)" },
    { rule: range({ start: above(3), end: {} }), said: "a.b > 3" },
    { rule: range({ start: {}, end: to(3) }), said: "a.b ≤ 3" },
    { rule: range({ start: {}, end: below(time(0)) }), said: "a.b < 1970-01-01T00:00:00Z (time)" },
    { rule: range({ start: from(time(1, 500_000_000)), end: {} }), said: "a.b ≥ 1970-01-01T00:00:01.5Z (time)" },
    { rule: range({ start: from(time(9e12, -1)), end: {} }), said: "a.b ≥ 9000000000000 s -1 ns since 1970 (time)" },
    { rule: range({ start: from(18), end: below(65) }), said: "18 ≤ a.b < 65" },
    { rule: range({ start: above(18), end: to(65) }), said: "18 < a.b ≤ 65" },
    { rule: range({ start: {}, end: {} }), said: "a.b, without bounds" },
    { rule: each("any", set("x")), said: "any of a.b in [x]" },
    { rule: each("all", range({ start: from(2) })), said: "all of a.b ≥ 2" },
    { rule: { case: "any", value: {} }, said: "any of a.b, with no operator" },
    { rule: { case: "startsWith", value: "ann" }, said: "a.b starts with ann" },
    { rule: { case: "endsWith", value: "@x.org" }, said: 'a.b ends with "@x.org"' },
    { rule: { case: "contains", value: "a b" }, said: 'a.b contains "a b"' },
    {
      rule: { case: "hashedSet", value: { prefixBytes: 8, prefixes: Array(24).fill(0) } },
      said: "a.b among 3 hashed values",
    },
    { rule: {}, said: "a.b, with no operator" },
    { rule: eq("\u001b[31mred"), said: 'a.b = "\\u001b[31mred"' },
  ])("$said", ({ rule, said }) => {
    expect(describeCriterion("a.b", JSON.parse(JSON.stringify(rule)))).toBe(said);
  });
});
