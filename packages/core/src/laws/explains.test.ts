/** Explains: what explain tells is what resolve did, on every conformance vector and on random bundles. @module */
import { bundles, contexts, materializationRecords } from "@aplomb/testkit/arbitraries";
import { type ResolveCase, vectorCases } from "@aplomb/testkit/conformance";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bucketOf,
  type EvaluationContext,
  type Explanation,
  evaluate,
  explain,
  openBundle,
  type Resolution,
  type ResolutionReason,
  type ResolveOptions,
  type RuleOutcome,
  resolve,
} from "../index.js";

interface Question {
  readonly bundle: Uint8Array;
  readonly flag: string;
  readonly context: EvaluationContext;
  readonly options?: ResolveOptions | undefined;
}

/** How the rule that decides ends, by the reason of the flag; with other reasons no rule decides. */
const DECIDING: Readonly<Partial<Record<ResolutionReason, RuleOutcome>>> = {
  MATCH: "assigned",
  TARGETING_KEY_ERROR: "bad unit",
  PENDING: "pending",
  MATERIALIZATION_NOT_SUPPORTED: "unsupported",
  ERROR: "error",
};
const KEEPS_FALLTHROUGHS: readonly ResolutionReason[] = ["MATCH", "NO_SEGMENT_MATCH", "TARGETING_KEY_ERROR"];

/** What happened, as the rules of an explanation tell it. */
function toldBy({ rules, resolution }: Explanation): object {
  const those = (outcome: RuleOutcome): object[] =>
    rules
      .filter((rule) => rule.outcome === outcome)
      .map(({ rule, unitSelector, unit = "", assignmentId }) => ({ rule, unitSelector, unit, assignmentId }));
  const deciding = rules.map(({ outcome }) => outcome).filter((outcome) => Object.values(DECIDING).includes(outcome));
  return {
    deciding,
    assigned: those("assigned"),
    passedOn: KEEPS_FALLTHROUGHS.includes(resolution.reason) ? those("passed on") : [],
  };
}

/** The same, as the resolution has it. Where no rule is reached, none decides: the flag itself does. */
function toldOf(resolution: Resolution, isReached: boolean): object {
  const { reason, rule, unitSelector, unit, assignmentId, fallthroughs } = resolution;
  const deciding = isReached ? DECIDING[reason] : undefined;
  return {
    deciding: deciding === undefined ? [] : [deciding],
    assigned: reason === "MATCH" ? [{ rule, unitSelector, unit, assignmentId }] : [],
    passedOn: fallthroughs,
  };
}

/** Every object within data. */
function objectsIn(value: unknown): object[] {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inner : [value, ...inner];
}

/** Every bucket that an explanation shows, with what it should be. */
function bucketsOf({ rules }: Explanation): { readonly shown: unknown; readonly hashed: number }[] {
  return rules.flatMap(({ unit = "", ...rule }) =>
    objectsIn(rule)
      .filter((one): one is { salt: string; bucket: number; bucketCount?: number } => "bucket" in one && "salt" in one)
      .map(({ salt, bucket, bucketCount = 1_000_000 }) => ({
        shown: bucket,
        hashed: bucketOf(salt, unit, bucketCount),
      })),
  );
}

/** What JSON cannot hold; a property without a value may be left out. */
function notJson(value: unknown): unknown[] {
  if (value === null || value === undefined || typeof value === "string" || typeof value === "boolean") return [];
  if (typeof value === "number") return Number.isFinite(value) ? [] : [value];
  if (Array.isArray(value))
    return [...value].flatMap((element) => (element === undefined ? [element] : notJson(element)));
  const isPlain = typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? Object.values(value).flatMap(notJson) : [value];
}

function expectToAgree({ bundle, flag, context, options }: Question): void {
  const set = openBundle(bundle);
  const resolution = resolve(set, flag, context, options);
  const explanation = explain(set, flag, context, options);
  const { rules } = explanation;
  expect(explanation.resolution).toStrictEqual(resolution);
  expect(toldBy(explanation)).toEqual(
    toldOf(
      resolution,
      rules.some(({ outcome }) => outcome !== "not reached"),
    ),
  );
  const decided = rules.findIndex(({ outcome }) => Object.values(DECIDING).includes(outcome));
  const behind = decided < 0 ? [] : rules.slice(decided + 1).map(({ outcome }) => outcome);
  expect(behind).toEqual(behind.map(() => "not reached"));
  const { bucket } = evaluate(set, flag, {}, context, options).flagMetadata;
  if (bucket !== undefined) expect(rules[decided]?.bucket?.bucket).toBe(bucket);
  for (const { shown, hashed } of bucketsOf(explanation)) expect(shown).toBe(hashed);
  expect(notJson(explanation)).toEqual([]);
}

const isDeep = process.env.APLOMB_DEEP === "1";
const titled = vectorCases()
  .filter((each): each is ResolveCase => each.kind === "resolve")
  .map((each) => [each.title, each] as const);

describe("on every conformance vector", () => {
  test.each(titled)("%s", (_title, question) => expectToAgree(question));
});

test("on random bundles", { timeout: 1_800_000 }, () => {
  const supplies = fc.oneof(
    fc.constantFrom<ResolveOptions>({}, { materializations: "deferred" }),
    materializationRecords().map((materializations) => ({ materializations })),
  );
  const law = fc.property(bundles(), contexts(), supplies, (bundle, context, options) => {
    for (const flag of openBundle(bundle).flagKeys) expectToAgree({ bundle, flag, context, options });
  });
  fc.assert(law, { numRuns: isDeep ? 20_000 : 100 });
});
