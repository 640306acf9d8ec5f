/** How often random bundles and contexts reach every reason, every way to be assigned, and every operator. @module */
import type { AttributeCriterion } from "@aplomb/proto/bundle";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { attributesOf } from "../naive/context.js";
import { matchAttribute } from "../naive/match-attribute.js";
import { naiveAnswer } from "../naive/naive-resolve.js";
import { naiveStateOf } from "../naive/state.js";
import { bundles, contexts, materializationRecords } from "./index.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const drawn = fc.tuple(bundles(), fc.array(contexts(), { minLength: 4, maxLength: 4 }), materializationRecords());
const seen = new Map<string, number>();
const count = (what: string): Map<string, number> => seen.set(what, (seen.get(what) ?? 0) + 1);

function countCriterion(criterion: AttributeCriterion, context: object): void {
  const { rule } = criterion;
  const inner = rule.case === "any" || rule.case === "all" ? ` ${rule.value.rule?.rule.case ?? "nothing"}` : "";
  count(`${rule.case ?? "nothing"}${inner}: ${matchAttribute(criterion, attributesOf(context))}`);
}

beforeAll(() => {
  for (const [bytes, some, records] of fc.sample(drawn, { numRuns: isDeep ? 20_000 : 2_500, seed: 7 })) {
    const state = naiveStateOf(bytes);
    for (const context of some) {
      for (const materializations of [undefined, "deferred", records] as const) {
        for (const key of state.flags.keys()) {
          const { resolution, by, outcome } = naiveAnswer(state, key, context, { materializations });
          const { reason, errorCode, fallthroughs, writes } = resolution;
          count(`${reason} ${errorCode ?? ""} ${by ?? ""} ${outcome ?? ""}`.trim().replace(/ +/g, " "));
          if (fallthroughs.length > 0) count(`${reason} with fallthroughs`);
          if (writes.length > 0) count(`${reason} with writes`);
        }
      }
      for (const segment of state.segments.values()) {
        const criteria = segment === "unreadable" ? [] : (segment.targeting?.criteria ?? []);
        for (const { kind } of criteria) if (kind.case === "attribute") countCriterion(kind.value, context);
      }
    }
  }
  if (isDeep) console.table(Object.fromEntries([...seen].sort(([left], [right]) => (left < right ? -1 : 1))));
}, 600_000);

const plain = ["eq", "set", "range", "startsWith", "endsWith", "contains", "hashedSet"];
const operators = [...plain, ...plain.map((name) => `any ${name}`), ...plain.map((name) => `all ${name}`)];

test.each(operators)("%s is true and false", (operator) => {
  expect(seen.get(`${operator}: true`)).toBeGreaterThan(5);
  expect(seen.get(`${operator}: false`)).toBeGreaterThan(20);
});

test.each([
  ...["eq", "set", "range", "hashedSet", "any eq", "all set"].map((operator) => `${operator}: invalid context`),
  ...["eq", "any eq", "all eq", "hashedSet", "nothing", "any nothing"].map((operator) => `${operator}: unrecognized`),
])("%s", (outcome) => {
  expect(seen.get(outcome)).toBeGreaterThan(5);
});

test.each([
  ...["hash", "rollout"].flatMap((by) => [`MATCH ${by} variant`, `MATCH ${by} client default`]),
  ...["MATCH sticky variant", "MATCH with fallthroughs", "MATCH with writes"],
  ...["NO_SEGMENT_MATCH", "NO_SEGMENT_MATCH with fallthroughs", "NO_SEGMENT_MATCH with writes"],
  ...["TARGETING_KEY_ERROR INVALID_CONTEXT", "TARGETING_KEY_ERROR with fallthroughs"],
  ...["MATERIALIZATION_NOT_SUPPORTED GENERAL", "PENDING PROVIDER_NOT_READY", "DISABLED"],
  ...["ERROR GENERAL", "ERROR PARSE_ERROR", "ERROR INVALID_CONTEXT"],
])("%s", (reason) => {
  expect(seen.get(reason)).toBeGreaterThan(20);
});
