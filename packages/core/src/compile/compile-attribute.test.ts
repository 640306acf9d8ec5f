/** Conditions on attributes: conversion and comparison, semantics sections 5.1 and 5.5 to 5.9. @module */

import { bundleBytes, type CriterionInit, fullRollout, type LiteralInit, literal } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { resolve } from "../evaluate/resolve.js";
import { openBundle } from "../open-bundle.js";
import { sha256Of } from "../sha256.js";
import { utf8Of } from "../utf8.js";

type Attribute = Extract<NonNullable<CriterionInit["kind"]>, { case: "attribute" }>["value"];
type Rule = NonNullable<Attribute["rule"]>;

const version = (value: string): LiteralInit => ({ kind: { case: "version", value } });
const time = (text: string): LiteralInit => ({
  kind: { case: "timestamp", value: { seconds: BigInt(Math.floor(Date.parse(text) / 1000)) } },
});
const list = (...values: LiteralInit[]): LiteralInit => ({ kind: { case: "list", value: { values } } });
const eq = (value: LiteralInit): Rule => ({ case: "eq", value: { value } });
const set = (...values: LiteralInit[]): Rule => ({ case: "set", value: { values } });
const from = (value: LiteralInit): Rule => ({ case: "range", value: { start: { case: "startInclusive", value } } });
const above = (value: LiteralInit): Rule => ({ case: "range", value: { start: { case: "startExclusive", value } } });
const to = (value: LiteralInit): Rule => ({ case: "range", value: { end: { case: "endInclusive", value } } });
const below = (value: LiteralInit): Rule => ({ case: "range", value: { end: { case: "endExclusive", value } } });
const between = (start: LiteralInit, end: LiteralInit): Rule => ({
  case: "range",
  value: { start: { case: "startInclusive", value: start }, end: { case: "endExclusive", value: end } },
});

type Answer = boolean | "ERROR" | "ABANDONED";

/** Evaluates one condition, negated too: what cannot be evaluated must not turn into its opposite. */
function answer(rule: Rule, value: unknown): Answer {
  const criteria = [{ kind: { case: "attribute" as const, value: { path: "x", rule } } }];
  const criterion = { kind: { case: "criterion" as const, value: 0 } };
  const bytes = bundleBytes({
    segments: {
      is: { targeting: { criteria, expression: criterion } },
      isNot: { targeting: { criteria, expression: { kind: { case: "not", value: criterion } } } },
    },
    flags: {
      is: { variants: [{ name: "on" }], rules: [fullRollout("r", "is", "on")] },
      isNot: { variants: [{ name: "on" }], rules: [fullRollout("r", "isNot", "on")] },
    },
  });
  const context = value === undefined ? {} : { x: value };
  const [is, isNot] = ["is", "isNot"].map((key) => resolve(openBundle(bytes), key, context).reason);
  if (is === "ERROR" && isNot === "ERROR") return "ERROR";
  return is === isNot ? "ABANDONED" : is === "MATCH";
}

describe("equality", () => {
  test.each<[LiteralInit, unknown, Answer]>([
    [literal("SE"), "SE", true],
    [literal("SE"), "se", false],
    [literal("null"), undefined, true],
    [literal("null"), null, true],
    [literal("null"), true, true],
    [literal("null"), { a: 1 }, true],
    [literal("7"), 7, true],
    [literal("-0"), -0, true],
    [literal("1000000000000000000000"), 1e21, true],
    [literal("0.0000001"), 1e-7, true],
    [literal("inf"), Number.POSITIVE_INFINITY, true],
    [literal("NaN"), Number.NaN, true],
    [literal("a"), ["b", "a"], true],
    [literal("a"), [["a"]], false],
    [literal("a"), [], false],
    [literal("\ufffd"), "\ud800", true],
    [literal("1970-01-01T00:00:00.000Z"), new Date(0), true],
    [literal(7), 7, true],
    [literal(7), "7", true],
    [literal(7), "+7.0e0", true],
    [literal(7), ".7e1", true],
    [literal(7), "7 ", "ERROR"],
    [literal(7), "0x7", "ERROR"],
    [literal(7), "", "ERROR"],
    [literal(7), ["7", "seven"], "ERROR"],
    [literal(7), true, false],
    [literal(7), undefined, false],
    [literal(0), -0, true],
    [literal(Number.NaN), "nan", false],
    [literal(Number.POSITIVE_INFINITY), "Infinity", true],
    [literal(true), true, true],
    [literal(true), "TRUE", true],
    [literal(true), "True", false],
    [literal(false), "anything", true],
    [literal(false), 0, false],
    [literal(false), undefined, false],
    [version("1.0"), "1.0", true],
    [version("1.0"), "1.0.0", false],
    [version("1.0"), 1, false],
    [time("2026-01-01T00:00:00Z"), "2026-01-01", true],
    [time("2026-01-01T00:00:00Z"), 1_767_225_600, true],
    [time("2026-01-01T00:00:00Z"), 1_767_225_600_000, true],
    [time("2026-01-01T00:00:00Z"), "tomorrow", false],
    [list(literal("null")), [["x"]], true],
    [list(literal("null")), ["x"], false],
    [{}, "x", false],
  ])("%o against %o → %s", (value, attribute, expected) => {
    expect(answer(eq(value), attribute)).toBe(expected);
  });
});

describe("sets", () => {
  test.each<[LiteralInit[], unknown, Answer]>([
    [[], "x", false],
    [[literal("a"), literal("b")], "b", true],
    [[literal("a"), literal("b")], "c", false],
    [[literal("a"), literal(7)], 7, false],
    [[literal(7), literal("null")], undefined, true],
    [[literal(1), literal(2), literal(Number.NaN)], Number.NaN, false],
    [[literal(1), literal(2)], ["3", "2"], true],
    [[literal(true), literal(false)], "x", true],
  ])("%o against %o → %s", (values, attribute, expected) => {
    expect(answer(set(...values), attribute)).toBe(expected);
  });
});

describe("ranges", () => {
  test.each<[string, Rule, unknown, Answer]>([
    ["from 18", from(literal(18)), 18, true],
    ["above 18", above(literal(18)), 18, false],
    ["to 18", to(literal(18)), "18", true],
    ["below 18", below(literal(18)), 18, false],
    ["18 to 21", between(literal(18), literal(21)), 21, false],
    ["18 to 21, no element in both", between(literal(18), literal(21)), [17, 30], false],
    ["from 18", from(literal(18)), "abc", "ERROR"],
    ["from 18", from(literal(18)), Number.NaN, false],
    ["from m, absent", from(literal("m")), undefined, true],
    ["from U+FFFF, astral", from(literal("\uffff")), "\u{1f600}", true],
    ["from version 1.2", from(version("1.2")), "1.10.0", true],
    ["from version 1.2", from(version("1.2")), "1.1.9", false],
    ["from version 1.2.3", from(version("1.2.3")), "1.2.3-beta", true],
    ["from version 1.0.0", from(version("1.0.0")), "v2", false],
    ["a build number is beyond a patch", from(version("1.0.999")), "1.0.0001", false],
    ["from 2026", from(time("2026-01-01T00:00:00Z")), "2026-06-01T10:00:00+02:00", true],
    ["before 2026", below(time("2026-01-01T00:00:00Z")), "2025-12-31 23:59:59", true],
    ["booleans have no order", from(literal(true)), true, false],
    ["mixed bounds", between(literal(1), literal("z")), 5, false],
    ["no bounds", { case: "range", value: {} }, undefined, true],
    ["no bounds", { case: "range", value: {} }, [], false],
  ])("%s: %#", (_name, rule, attribute, expected) => {
    expect(answer(rule, attribute)).toBe(expected);
  });
});

describe("parts of texts", () => {
  test.each<["startsWith" | "endsWith" | "contains", string, unknown, Answer]>([
    ["startsWith", "ab", "abc", true],
    ["startsWith", "", undefined, false],
    ["startsWith", "", "", true],
    ["startsWith", "7", 7, false],
    ["endsWith", "@x.com", "a@x.com", true],
    ["endsWith", "@x.com", ["b@y.com", 7, "a@x.com"], true],
    ["contains", "b", "abc", true],
    ["contains", "B", "abc", false],
    ["contains", "nul", null, false],
    ["contains", "a", [["a"]], false],
  ])("%s %j: %j → %s", (kind, text, attribute, expected) => {
    expect(answer({ case: kind, value: text }, attribute)).toBe(expected);
  });
});

describe("any and all", () => {
  const seven = { case: "eq" as const, value: { value: literal(7) } };
  test.each<[string, Rule, unknown, Answer]>([
    ["any of some", { case: "any", value: { rule: { rule: seven } } }, [1, 7], true],
    ["any of none", { case: "any", value: { rule: { rule: seven } } }, [], false],
    ["all of some", { case: "all", value: { rule: { rule: seven } } }, [7, 1], false],
    ["all of sevens", { case: "all", value: { rule: { rule: seven } } }, [7, "7"], true],
    ["all of none", { case: "all", value: { rule: { rule: seven } } }, [], true],
    ["all of one value", { case: "all", value: { rule: { rule: seven } } }, 7, true],
    ["all of nothing", { case: "all", value: { rule: { rule: seven } } }, undefined, false],
    ["any without inner rule", { case: "any", value: {} }, [], "ABANDONED"],
    ["all of an empty inner rule", { case: "all", value: { rule: {} } }, [], true],
    ["any of an empty inner rule", { case: "any", value: { rule: {} } }, [], false],
    ["any of an empty inner rule", { case: "any", value: { rule: {} } }, ["x"], "ABANDONED"],
    ["inner eq without value", { case: "all", value: { rule: { rule: { case: "eq", value: {} } } } }, "x", "ABANDONED"],
    ["eq without value", { case: "eq", value: {} }, "x", "ABANDONED"],
    ["no rule", { case: undefined }, "x", "ABANDONED"],
  ])("%s: %#", (_name, rule, attribute, expected) => {
    expect(answer(rule, attribute)).toBe(expected);
  });
});

describe("hashed sets", () => {
  const salt = new Uint8Array([1, 2, 3]);
  const prefixOf = (text: string): Uint8Array => sha256Of(new Uint8Array([...salt, ...utf8Of(text)])).slice(0, 8);
  const hashed = (kind: number, ...texts: string[]): Rule => {
    const sorted = texts.map(prefixOf).sort((a, b) => Buffer.compare(a, b));
    return {
      case: "hashedSet",
      value: { salt, prefixBytes: 8, prefixes: new Uint8Array(Buffer.concat(sorted)), kind },
    };
  };
  test.each<[string, Rule, unknown, Answer]>([
    ["a member", hashed(1, "ann@x.com", "bob@x.com", "cy@x.com"), "bob@x.com", true],
    ["a stranger", hashed(1, "ann@x.com", "bob@x.com"), "dan@x.com", false],
    ["a list with a member", hashed(1, "ann@x.com"), ["dan@x.com", "ann@x.com"], true],
    ["a number", hashed(2, "42", "7"), "7.0", true],
    ["a text that is no number", hashed(2, "42"), "x", "ERROR"],
    ["a version", hashed(3, "1.0"), "1.0", true],
    ["no kind", hashed(0, "x"), "x", "ABANDONED"],
    ["nobody", hashed(1), "x", false],
  ])("%s", (_name, rule, attribute, expected) => {
    expect(answer(rule, attribute)).toBe(expected);
  });
});
