/** P-13: the longest texts against the most conditions: an answer while there are steps, and an error of the flag when there are not. @module */
import { readdirSync, readFileSync } from "node:fs";
import { BundleSchema, file_aplomb_v1_bundle } from "@aplomb/proto/bundle";
import { bundleBytes, type CriterionInit, fullRollout, segmentOf } from "@aplomb/testkit";
import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { type EvaluationContext, evaluate, openBundle } from "../index.js";

const DEEP = process.env.APLOMB_DEEP === "1";
const KIB_64 = 65_536;

type AttributeInit = Extract<NonNullable<CriterionInit["kind"]>, { case: "attribute" }>["value"];
const on = (rule: NonNullable<AttributeInit["rule"]>): CriterionInit => ({
  kind: { case: "attribute", value: { path: "a", rule } },
});
const versionFrom = (version: string): CriterionInit =>
  on({
    case: "range",
    value: { start: { case: "startInclusive", value: { kind: { case: "version", value: version } } } },
  });
const dateFrom = (seconds: bigint): CriterionInit =>
  on({
    case: "range",
    value: { start: { case: "startInclusive", value: { kind: { case: "timestamp", value: { seconds } } } } },
  });
const contains = (value: string): CriterionInit => on({ case: "contains", value });
const anyOf = (value: string): CriterionInit =>
  on({ case: "any", value: { rule: { rule: { case: "contains", value } } } });
const as = "a".repeat(KIB_64);

/** Conditions that are not satisfied, and the attributes on which that takes longest. */
const inputs: readonly { readonly name: string; readonly condition: CriterionInit; readonly value: unknown }[] = [
  {
    name: "a long beginning",
    condition: on({ case: "startsWith", value: `${"a".repeat(60_000)}b` }),
    value: as,
  },
  { name: "a long end", condition: on({ case: "endsWith", value: `b${"a".repeat(60_000)}` }), value: as },
  { name: "a part, off at its end", condition: contains(`${"a".repeat(200)}b`), value: as },
  { name: "a part, off at its beginning", condition: contains(`b${"a".repeat(249)}`), value: as },
  { name: "a part, off in its middle", condition: contains(`${"a".repeat(16_000)}b${"a".repeat(16_000)}`), value: as },
  { name: "a part of pairs", condition: contains(`${"ab".repeat(100)}c`), value: "ab".repeat(KIB_64 / 2) },
  { name: "a version of dots", condition: versionFrom("1.2.3"), value: "1.".repeat(KIB_64 / 2) },
  { name: "a version of digits", condition: versionFrom("1.2.3"), value: "9".repeat(KIB_64) },
  { name: "a date of spaces", condition: dateFrom(3n), value: " ".repeat(KIB_64) },
  { name: "a list of long texts", condition: anyOf("aab"), value: Array(1_000).fill("a".repeat(10_000)) },
  { name: "a long list", condition: anyOf("aab"), value: Array(10_000).fill("aaaaaa") },
];

/** A flag whose rules hold so many conditions in all, none of them satisfied; and one that is on. */
function flagSet(condition: CriterionInit, conditions: number) {
  const size = JSON.stringify(condition, (_key, value) => (typeof value === "bigint" ? Number(value) : value)).length;
  // As many as an entry holds, and a bundle.
  const perSegment = Math.max(1, Math.min(100, Math.floor(800_000 / size)));
  const count = Math.min(conditions, Math.floor(30_000_000 / size));
  const segments = Object.fromEntries(
    Array.from({ length: Math.ceil(count / perSegment) }, (_, at) => [
      `s${at}`,
      segmentOf({ or: Array(Math.min(perSegment, count)).fill(condition) }),
    ]),
  );
  const variants = [{ name: "on", value: { value: true } }];
  const rules = Object.keys(segments).map((id) => fullRollout(id, id, "on"));
  const other = { variants, rules: [fullRollout("all", "everyone", "on")] };
  return openBundle(
    bundleBytes({
      segments: { ...segments, everyone: {} },
      flags: { long: { variants, rules: rules.slice(0, 1_000) }, other },
    }),
  );
}

describe("P-13 the longest text", () => {
  test.each(inputs)(
    "$name, under the most conditions: the step budget ends it, and other flags answer",
    ({ condition, value }) => {
      const set = flagSet(condition, 10_000);
      const context = { targetingKey: "u", a: value } as EvaluationContext;
      const expected = { value: false, reason: "ERROR", errorCode: "GENERAL" };
      expect(evaluate(set, "long", false, context)).toMatchObject(expected);
      const startedMs = performance.now();
      expect(evaluate(set, "long", false, context)).toMatchObject(expected);
      if (DEEP) expect(performance.now() - startedMs).toBeLessThan(500);
      expect(evaluate(set, "other", false, context).value).toBe(true);
    },
  );

  test.each(inputs.slice(0, 9))("$name, under 30 conditions, has its answer", ({ condition, value }) => {
    const context = { targetingKey: "u", a: value } as EvaluationContext;
    expect(evaluate(flagSet(condition, 30), "long", false, context)).toMatchObject({ reason: "DEFAULT" });
  });

  test("a text of ordinary length costs no steps: 10,000 conditions on it have their answer", () => {
    const context = { targetingKey: "u", a: "a".repeat(1_000) };
    expect(evaluate(flagSet(contains("ab"), 10_000), "long", false, context)).toMatchObject({ reason: "DEFAULT" });
  });
});

describe("P-13 there is no regular expression", () => {
  const names = new Set<string>();
  const visit = (kind: DescMessage | DescEnum): void => {
    if (names.has(kind.name)) return;
    names.add(kind.name);
    if (kind.kind === "enum") for (const { name } of kind.values) names.add(name);
    else
      for (const field of kind.fields) {
        names.add(field.name);
        if (field.message) visit(field.message);
        if (field.enum) visit(field.enum);
      }
  };
  visit(BundleSchema);
  for (const message of file_aplomb_v1_bundle.messages) visit(message);
  for (const kind of file_aplomb_v1_bundle.enums) visit(kind);

  test("in the contract", () => {
    expect(names).toContain("starts_with");
    expect([...names].filter((name) => /regex|regular|pattern|glob|\blike|\bscript/i.test(name))).toEqual([]);
  });

  test("made of anything that a bundle or a context says", () => {
    const folder = new URL("../", import.meta.url);
    const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
      /(?<!\.test)\.ts$/.test(path),
    );
    const made = sources.flatMap((path) =>
      [...readFileSync(new URL(path, folder), "utf8").matchAll(/new RegExp\([^)]*\)|new Function|\beval\(/g)].map(
        ([text]) => `${path}: ${text}`,
      ),
    );
    // Of constants only: a day, and a day with a time.
    expect(made.map((text) => text.replace(/\$\{[A-Z]+\}/g, "…"))).toEqual([
      "compile/moment.ts: new RegExp(`^…$`)",
      "compile/moment.ts: new RegExp(`^…(?:T|…)",
    ]);
  });
});
