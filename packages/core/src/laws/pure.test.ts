/** Pure: an answer depends on bundle, key, default, context and records only, and nothing of them changes. @module */
import { bundles, contexts, materializationRecords } from "@aplomb/testkit/arbitraries";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type EvaluationContext,
  evaluate,
  evaluateAll,
  evaluateValue,
  explain,
  type FlagSet,
  type JsonValue,
  openBundle,
  type ResolveOptions,
  resolve,
} from "../index.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const numRuns = isDeep ? 5_000 : 100;
const patient = { timeout: 1_800_000 };

const READS: readonly (readonly [key: string, defaultValue: JsonValue])[] = [
  ["f", {}],
  ["g.on", false],
  ["h.deep", { a: 1 }],
  ["missing", ""],
];
const supplies = fc.oneof(
  fc.constantFrom<ResolveOptions>({}, { materializations: "deferred" }),
  materializationRecords().map((materializations) => ({ materializations })),
);

/** Everything that a flag set says of a context. */
function answersOf(set: FlagSet, context: EvaluationContext, options: ResolveOptions): object {
  return READS.map(([key, defaultValue]) => ({
    details: evaluate(set, key, defaultValue, context, options),
    value: evaluateValue(set, key, defaultValue, context, options),
    explanation: explain(set, key.split(".", 1)[0] ?? "", context, options),
  }));
}

/** Data rebuilt level by level. */
function rebuilt(value: unknown, rebuild: (object: object) => object): unknown {
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) return rebuild(value.map((element) => rebuilt(element, rebuild)));
  return rebuild(Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rebuilt(inner, rebuild)])));
}
const frozen = <T>(value: T): T => rebuilt(value, Object.freeze) as T;
const reversed = <T>(value: T): T =>
  rebuilt(value, (one) => (Array.isArray(one) ? one : Object.fromEntries(Object.entries(one).reverse()))) as T;

/** A question about a random bundle, and another one. */
const question = fc.record({ bytes: bundles(), context: contexts(), options: supplies });
const other = fc.record({ context: contexts(), options: supplies });

test("the same question has the same answer: again, and of another flag set", patient, () => {
  const law = fc.property(question, ({ bytes, context, options }) => {
    const set = openBundle(bytes);
    const answers = answersOf(set, context, options);
    expect(answersOf(set, context, options)).toStrictEqual(answers);
    expect(answersOf(openBundle(Uint8Array.from(bytes)), context, options)).toStrictEqual(answers);
  });
  fc.assert(law, { numRuns });
});

test("what is asked before makes no difference, and what is asked after changes no answer", patient, () => {
  const law = fc.property(question, other, ({ bytes, context, options }, before) => {
    const answers = answersOf(openBundle(bytes), context, options);
    const copy = structuredClone(answers);
    const set = openBundle(bytes);
    for (const key of [...set.flagKeys].reverse()) resolve(set, key, before.context, before.options);
    expect(answersOf(set, context, options)).toStrictEqual(answers);
    evaluateAll(set, before.context, ["h", "f"], before.options);
    expect(answersOf(set, context, options)).toStrictEqual(answers);
    expect(answers).toStrictEqual(copy);
  });
  fc.assert(law, { numRuns });
});

test("the order of attributes makes no difference", patient, () => {
  const law = fc.property(question, ({ bytes, context, options }) => {
    const set = openBundle(bytes);
    expect(answersOf(set, reversed(context), options)).toStrictEqual(answersOf(set, context, options));
  });
  fc.assert(law, { numRuns });
});

test("nothing that is passed in is changed", patient, () => {
  const law = fc.property(question, ({ bytes, context, options }) => {
    const kept = Buffer.from(bytes);
    const answers = answersOf(openBundle(bytes), context, options);
    expect(answersOf(openBundle(bytes), frozen(context), frozen(options))).toStrictEqual(answers);
    expect(kept.equals(bytes)).toBe(true);
  });
  fc.assert(law, { numRuns });
});

test("an evaluation inside another, from a getter, changes neither", patient, () => {
  const law = fc.property(question, other, ({ bytes, context, options }, inner) => {
    const set = openBundle(bytes);
    const innerAnswers = answersOf(set, inner.context, inner.options);
    const getters = Object.entries(context).map(([key, value]) => {
      const get = (): unknown => {
        expect(answersOf(set, inner.context, inner.options)).toStrictEqual(innerAnswers);
        return value;
      };
      return [key, { get, enumerable: true }];
    });
    const nesting = Object.defineProperties({}, Object.fromEntries(getters)) as EvaluationContext;
    expect(answersOf(set, nesting, options)).toStrictEqual(answersOf(set, context, options));
  });
  fc.assert(law, { numRuns: numRuns / 4 });
});
