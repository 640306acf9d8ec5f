/** Redacts: of the subject nothing is left in a redacted explanation, and of the structure everything. @module */
import { bundles, curiousBundle } from "@aplomb/testkit/arbitraries";
import { type ResolveCase, vectorCases } from "@aplomb/testkit/conformance";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type EvaluationContext, type Explanation, explain, openBundle, redactExplanation } from "../index.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const patient = { timeout: 1_800_000 };

/** Every text within data, but for the words that an explanation is made of. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? [] : [value.toISOString()];
  if (typeof value !== "object" || value === null) return [];
  const words = ["answer", "kind", "outcome", "reason", "errorCode"];
  return Object.entries(value).flatMap(([key, inner]) => (words.includes(key) ? [] : textsIn(inner)));
}

/** Texts that only the context can have told; short ones count as a whole, longer ones anywhere. */
function leaked(context: EvaluationContext, redacted: Explanation, known: string): string[] {
  const told = textsIn(redacted);
  const isTold = (text: string): boolean => told.some((one) => one === text || (text.length > 3 && one.includes(text)));
  return textsIn(context).filter((text) => isTold(text) && !known.includes(text));
}

/** An explanation without the fields that are about the subject. */
function structureOf(explanation: Explanation): unknown {
  const subject = ["actual", "converted", "unit", "bucket", "error", "errorMessage"];
  return JSON.parse(JSON.stringify(explanation, (key, value: unknown) => (subject.includes(key) ? undefined : value)));
}

test("no text of a vector's context is left", patient, () => {
  const cases = vectorCases().filter((each): each is ResolveCase => each.kind === "resolve" && !each.needs);
  const bundlesOfCases = [...new Set(cases.map(({ bundle }) => bundle))];
  const leaks = bundlesOfCases.flatMap((bundle) => {
    const set = openBundle(bundle);
    const known = `${Buffer.from(bundle)} Infinity NaN`;
    return cases.flatMap(({ title, flag, context, options, ...each }) => {
      if (each.bundle !== bundle) return [];
      const redacted = redactExplanation(explain(set, flag, context, options));
      return leaked(context, redacted, `${known} ${flag}`).map((text) => `${title}: ${text}`);
    });
  });
  expect(leaks).toEqual([]);
});

/** A context in which everything would be known again. */
const CANARY: EvaluationContext = {
  targetingKey: "canary-unit",
  n: 918273645,
  s: "canary-s",
  v: "9182.7364.5",
  t: new Date("2031-12-13T14:15:16.171Z"),
  b: "canary-b",
  l: ["canary-l", 918273645],
  o: { p: "canary-p", q: { r: "canary-r" } },
  "": { "": "canary-empty" },
};
const TRACES = /canary|918273645|9182\.7364|2031-12-13|"bucket":/;
const records = ["r1", "r2", ""].flatMap((rule) =>
  ["m1", "m2", ""].map((materialization) => ({ unit: "canary-unit", materialization, rule, variant: "on" })),
);

test("nothing of a context, a unit or a bucket is left, and the structure stays", patient, () => {
  const supplies = fc.constantFrom({}, { materializations: "deferred" as const }, { materializations: records });
  const law = fc.property(bundles(), fc.subarray(Object.keys(CANARY)), supplies, (bytes, kept, options) => {
    const set = openBundle(bytes);
    const context = Object.fromEntries(kept.map((key) => [key, CANARY[key]]));
    for (const flag of set.flagKeys) {
      const whole = explain(set, flag, context, options);
      const redacted = redactExplanation(whole);
      expect(JSON.stringify(redacted)).not.toMatch(TRACES);
      expect(structureOf(redacted)).toEqual(structureOf(whole));
      expect(redactExplanation(redacted)).toStrictEqual(redacted);
    }
  });
  fc.assert(law, { numRuns: isDeep ? 20_000 : 100 });
});

test("nothing of what a context throws is left", () => {
  const thrower = {
    get s(): string {
      throw new Error("canary-thrown");
    },
  };
  const whole = explain(openBundle(curiousBundle()), "f", thrower);
  expect(JSON.stringify(whole)).toMatch(TRACES);
  expect(JSON.stringify(redactExplanation(whole))).not.toMatch(TRACES);
});
