/** Explanations as people read them: each a flag, a context, and the whole text. @module */
import { stripVTControlCharacters } from "node:util";
import { type EvaluationContext, explain, openBundle, type ResolveOptions, redactExplanation } from "@aplomb/core";
import { atLeast, bundleBytes, fullRollout, inSegment, oneOf, segmentOf, split } from "@aplomb/testkit";
import picocolors from "picocolors";
import { describe, expect, test } from "vitest";
import { renderExplanation } from "./render-explanation.js";

const plain = picocolors.createColors(false);
const variants = [{ name: "a", value: { on: true } }, { name: "b" }];
const sticky = { read: "mat", write: "mat", mustMatch: false, targetingCanBeIgnored: false };
const since = { case: "startInclusive" as const, value: { kind: { case: "version" as const, value: "2.4.0" } } };
const recent = { path: "app.version", rule: { case: "range" as const, value: { start: since } } };

const flagSet = openBundle(
  bundleBytes({
    segments: {
      everyone: {},
      adults: segmentOf(atLeast("age", 18)),
      nordics: segmentOf({ and: [oneOf("country", "SE", "NO"), { not: atLeast("age", 65) }, inSegment("adults")] }),
      drawn: { allocation: { storedBits: 1_000_000, form: { case: "ranges", value: { bounds: [0, 1] } } } },
      loop: segmentOf({ or: [inSegment("loop"), { kind: { case: "attribute", value: recent } }] }),
    },
    flags: {
      checkout: {
        variants,
        rules: [
          { ...fullRollout("paused", "everyone", "a"), enabled: false },
          fullRollout("lost", "absent", "a"),
          fullRollout("few", "drawn", "a"),
          fullRollout("counted", "everyone", "(fallthrough)"),
          split("by company", "everyone", { a: 100 }, { unitSelector: "company" }),
          split("experiment", "nordics", { a: 50, b: 50 }),
          fullRollout("rest", "everyone", "b"),
        ],
      },
      loops: { variants, rules: [fullRollout("r", "loop", "a")] },
      stored: { variants, rules: [{ ...split("r", "everyone", { a: 100 }), materialization: sticky }] },
      off: { variants, state: 2, rules: [fullRollout("r", "everyone", "a")] },
      broken: { variants, rules: [fullRollout("r", "everyone", "no such variant")] },
    },
  }),
);

const ann = { targetingKey: "ann", country: "SE", age: "30" };
const render = (flag: string, context: EvaluationContext, options?: ResolveOptions) =>
  renderExplanation(explain(flagSet, flag, context, options), plain);

describe("renderExplanation", () => {
  test("every rule in order, its segments inside one another", () => {
    expect(render("checkout", ann)).toMatchInlineSnapshot(`
      "checkout → a  MATCH
        value       {"on":true}
        rule        experiment
        segment     nordics
        assignment  experiment/a
        unit        ann (targeting key)
        bucket      20 of 100, salt experiment
        exposure    yes, when it is used

      rules, in order
      ├─ – paused: switched off
      ├─ ✗ lost: its segment is not in the bundle
      ├─ ✗ few: no match
      │  └─ ✗ segment drawn
      │     └─ ✗ allocation: bucket 752597 of 1000000, salt test, not drawn
      ├─ ✓ counted: recorded, and passed on
      │  ├─ ✓ segment everyone
      │  └─ assignment counted/all
      ├─ ✗ by company: no unit: the context has no company
      │  └─ ✓ segment everyone
      ├─ ✓ experiment: assigned
      │  ├─ ✓ segment nordics
      │  │  └─ ✓ all of
      │  │     ├─ ✓ country in [SE, NO] · SE
      │  │     ├─ ✓ not
      │  │     │  └─ ✗ age ≥ 65 · "30" → 30
      │  │     └─ ✓ segment adults
      │  │        └─ ✓ age ≥ 18 · "30" → 30
      │  └─ bucket 20 of 100, salt experiment → experiment/a
      └─ – rest: not reached

      recorded on the way
      └─ counted → counted/all, unit ann (targeting key)
      "
    `);
  });

  test("redacted: the same structure, nothing of the subject", () => {
    const redacted = renderExplanation(redactExplanation(explain(flagSet, "checkout", ann)), plain);
    expect(redacted).toMatchInlineSnapshot(`
      "checkout → a  MATCH
        value       {"on":true}
        rule        experiment
        segment     nordics
        assignment  experiment/a
        unit        (hidden) (targeting key)
        exposure    yes, when it is used

      rules, in order
      ├─ – paused: switched off
      ├─ ✗ lost: its segment is not in the bundle
      ├─ ✗ few: no match
      │  └─ ✗ segment drawn
      │     └─ ✗ allocation: salt test, not drawn
      ├─ ✓ counted: recorded, and passed on
      │  ├─ ✓ segment everyone
      │  └─ assignment counted/all
      ├─ ✗ by company: no unit: the context has no company
      │  └─ ✓ segment everyone
      ├─ ✓ experiment: assigned
      │  ├─ ✓ segment nordics
      │  │  └─ ✓ all of
      │  │     ├─ ✓ country in [SE, NO]
      │  │     ├─ ✓ not
      │  │     │  └─ ✗ age ≥ 65
      │  │     └─ ✓ segment adults
      │  │        └─ ✓ age ≥ 18
      │  └─ assignment experiment/a
      └─ – rest: not reached

      recorded on the way
      └─ counted → counted/all, unit (hidden) (targeting key)
      "
    `);
  });

  test.each([
    {
      what: "a cycle, and a version",
      flag: "loops",
      context: { app: { version: "2.10.1" } },
      said: `   │     ├─ ✗ segment loop: leads back to itself
   │     └─ ✓ app.version ≥ 2.4.0 (version) · "2.10.1"
`,
    },
    {
      what: "an absent attribute",
      flag: "loops",
      context: {},
      said: `         └─ ✗ app.version ≥ 2.4.0 (version) · absent → "null"\n`,
    },
    {
      what: "stored assignments that nobody gave",
      flag: "stored",
      said: "└─ ? r: needs stored assignments, and none were given\n   └─ ✓ segment everyone\n",
    },
    {
      what: "reads to supply",
      flag: "stored",
      options: { materializations: "deferred" as const },
      said: "to read first\n└─ mat: unit ann, r\n",
    },
    {
      what: "assignments to store",
      flag: "stored",
      options: { materializations: [] },
      said: "to write\n└─ mat: unit ann, r = a\n",
    },
    { what: "a flag that is off", flag: "off", said: "off → no variant  DISABLED\n  exposure    none\n" },
    {
      what: "an error of the bundle",
      flag: "broken",
      said: `└─ ? r: an error
   ├─ ✓ segment everyone
   └─ rule "r" assigns a variant that the flag lacks
`,
    },
    {
      what: "no such flag",
      flag: "absent",
      said: `absent → no variant  FLAG_NOT_FOUND
  error       FLAG_NOT_FOUND: there is no flag "absent"
  exposure    none
`,
    },
    {
      what: "what a terminal would obey, written out",
      flag: "loops",
      context: { app: { version: "\u001b[2J\u009b1m" } },
      said: `(version) · "\\u001b[2J\\u{9b}1m"\n`,
    },
  ])("$what", ({ flag, context = ann, options, said }) => {
    expect(render(flag, context, options)).toContain(said);
  });

  test("colours where they are wanted, and otherwise the same text", () => {
    const coloured = renderExplanation(explain(flagSet, "checkout", ann), picocolors.createColors(true));
    expect(coloured).toContain("\u001b[32mMATCH\u001b[39m");
    expect(stripVTControlCharacters(coloured)).toBe(render("checkout", ann));
  });
});
