/** Total: whatever the context, the key, the default and the options are, an answer comes, of the default's type. @module */
import { QUESTIONS, type Question } from "@aplomb/testkit";
import {
  bundles,
  curiousBundle,
  everyHostileContext,
  type HostileContext,
  hostileContexts,
  materializationRecords,
} from "@aplomb/testkit/arbitraries";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  evaluate,
  evaluateAll,
  evaluateValue,
  explain,
  type FlagSet,
  openBundle,
  type ResolveOptions,
  resolve,
} from "../index.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const patient = { timeout: 1_800_000 };

/** Every way to supply stored assignments, and some that are none. */
const supplies = fc.oneof(
  fc.constantFrom<ResolveOptions | undefined>(undefined, {}, { materializations: "deferred" }),
  materializationRecords().map((materializations) => ({ materializations })),
  fc
    .constantFrom(null, 5, { materializations: null }, { materializations: "eager" }, { materializations: [null, {}] })
    .map((odd) => odd as ResolveOptions),
);

/** What is wrong with the answers, with the name of the context; what is thrown may be nothing that can be printed. */
function problemsOf(ask: Question, set: FlagSet, { name, make }: HostileContext, options?: ResolveOptions): string[] {
  try {
    return ask(set, make, options).map((problem) => `${name}: ${problem}`);
  } catch {
    return [`${name}: thrown at`];
  }
}

test.each(Object.entries(QUESTIONS))("%s answers every hostile value in every place", patient, (_name, ask) => {
  const set = openBundle(curiousBundle());
  expect(everyHostileContext().flatMap((hostile) => problemsOf(ask, set, hostile))).toEqual([]);
});

test("random bundles answer on hostile contexts", patient, () => {
  const law = fc.property(bundles(), hostileContexts(), supplies, (bytes, hostile, options) => {
    const set = openBundle(bytes);
    expect(Object.values(QUESTIONS).flatMap((ask) => problemsOf(ask, set, hostile, options))).toEqual([]);
  });
  fc.assert(law, { numRuns: isDeep ? 20_000 : 100 });
});

describe("a key that is no text is the key of no flag", () => {
  const set = openBundle(curiousBundle());
  const expectNothing = ({ key }: { readonly key: unknown }): void => {
    expect(evaluate(set, key as string, 1, {})).toMatchObject({
      value: 1,
      reason: "ERROR",
      errorCode: "FLAG_NOT_FOUND",
    });
    expect(evaluateValue(set, key as string, "mine", {})).toBe("mine");
    expect(resolve(set, key as string, {}).reason).toBe("FLAG_NOT_FOUND");
    expect(explain(set, key as string, {}).rules).toEqual([]);
    expect(evaluateAll(set, {}, [key as string]).size).toBe(0);
  };

  test.each([
    ...[7, null, undefined, {}].map((key) => ({ name: `${key}`, key })),
    { name: "a symbol", key: Symbol("f") },
    { name: "an object without a prototype", key: Object.create(null) as unknown },
  ])("$name", expectNothing);
});
