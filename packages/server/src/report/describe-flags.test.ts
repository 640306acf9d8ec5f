/** What flags and their segments are said to be, read from real bundles. @module */
import { atLeast, bundleBytes, equalTo, fullRollout, inSegment, oneOf, segmentOf, split } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import type { AnswerTree } from "./answer-tree.js";
import { describeFlags } from "./describe-flags.js";

const lines = (tree: AnswerTree | undefined, depth = 0): string[] =>
  tree === undefined
    ? []
    : [`${"  ".repeat(depth)}${tree.text}`, ...(tree.children ?? []).flatMap((child) => lines(child, depth + 1))];

const targetingOf = (segment: Parameters<typeof bundleBytes>[0]["segments"]) => {
  const rules = [fullRollout("r", "s", "on")];
  const [flag] = describeFlags(
    bundleBytes({ segments: segment ?? {}, flags: { f: { variants: [{ name: "on" }], rules } } }),
  );
  return lines(flag?.rules[0]?.targeting);
};

describe("a segment in words", () => {
  test.each([
    { name: "everybody", segments: { s: {} }, said: [] },
    { name: "none", segments: {}, said: ["the bundle has no such segment: nobody"] },
    {
      name: "noise",
      segments: { s: new Uint8Array([255, 255, 255]) },
      said: ["the segment cannot be read: every flag that reaches it is an error"],
    },
    {
      name: "a combination",
      segments: {
        s: segmentOf({ and: [oneOf("country", "SE", "NO"), { or: [atLeast("age", 18), { not: inSegment("kids") }] }] }),
      },
      said: [
        "all of these",
        "  country is one of [SE, NO]",
        "  any of these",
        "    age ≥ 18",
        "    not this",
        "      in segment kids",
      ],
    },
    {
      name: "persons",
      segments: { s: segmentOf(oneOf("email", "ann@x.org")) },
      said: ["email is one of 1 hidden values"],
    },
    {
      name: "a draw",
      segments: { s: { ...segmentOf(equalTo("a", true)), allocation: { salt: "dice", storedBits: 0 } } },
      said: ["all of these", "  a is true", "  drawn by salt dice"],
    },
  ])("$name", ({ segments, said }) => {
    expect(targetingOf(segments)).toEqual(said);
  });

  test("a very large one is cut, and says so", () => {
    const conditions = Array.from({ length: 1_000 }, (_, i) => equalTo("a", i));
    const said = targetingOf({ s: segmentOf({ or: conditions }) });
    expect(said.length).toBeLessThan(70);
    expect(said.at(-1)).toMatch(/… \d+ more/);
  });
});

test("one flag that cannot be read does not hide the others", () => {
  const flags = { bad: new Uint8Array([255, 255]), good: { variants: [], rules: [split("r", "s", { on: 50 })] } };
  expect(describeFlags(bundleBytes({ flags })).map(({ key, state }) => [key, state])).toEqual([
    ["bad", "unreadable"],
    ["good", "active"],
  ]);
});
