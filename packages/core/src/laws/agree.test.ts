/** Agree: every way to ask for one flag says the same, and so does a deferred evaluation once its reads are known. @module */
import { bundles, contexts, materializationRecords } from "@aplomb/testkit/arbitraries";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  evaluate,
  evaluateAll,
  evaluateValue,
  type JsonValue,
  type MaterializationRead,
  type MaterializationRecord,
  openBundle,
  type ResolveOptions,
  resolve,
} from "../index.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const numRuns = isDeep ? 20_000 : 100;
const patient = { timeout: 1_800_000 };

const supplies = fc.oneof(
  fc.constantFrom<ResolveOptions | undefined>(undefined, {}, { materializations: "deferred" }),
  materializationRecords().map((materializations) => ({ materializations })),
);

test("evaluateAll is evaluate with an empty default, flag by flag, in the bundle's order", patient, () => {
  const law = fc.property(bundles(), contexts(), supplies, (bytes, context, options) => {
    const set = openBundle(bytes);
    const oneByOne = [...set.flagKeys].map((key) => [key, evaluate(set, key, {}, context, options)]);
    expect([...evaluateAll(set, context, undefined, options)]).toStrictEqual(oneByOne);
  });
  fc.assert(law, { numRuns });
});

test("evaluateAll of some keys is what it says of them among all, in the order asked for", patient, () => {
  const keys = fc.array(fc.constantFrom("f", "g", "h", "missing", "f.on", ""));
  const law = fc.property(bundles(), contexts(), keys, supplies, (bytes, context, some, options) => {
    const set = openBundle(bytes);
    const all = evaluateAll(set, context, undefined, options);
    const expected = [...new Set(some)].filter((key) => all.has(key)).map((key) => [key, all.get(key)]);
    expect([...evaluateAll(set, context, some, options)]).toStrictEqual(expected);
  });
  fc.assert(law, { numRuns });
});

test("evaluateValue is the value of evaluate, and resolve its resolution", patient, () => {
  const reads = fc.constantFrom<readonly [string, JsonValue]>(
    ["f", {}],
    ["f.on", false],
    ["g.deep", { a: 1 }],
    ["g.on", "a wrong type"],
    ["h.size", 0],
    ["h.list", []],
    ["missing.on", true],
  );
  const law = fc.property(bundles(), contexts(), reads, supplies, (bytes, context, [key, defaultValue], options) => {
    const set = openBundle(bytes);
    const { value, resolution } = evaluate(set, key, defaultValue, context, options);
    expect(evaluateValue(set, key, defaultValue, context, options)).toStrictEqual(value);
    expect(resolve(set, key.split(".", 1)[0] ?? "", context, options)).toStrictEqual(resolution);
  });
  fc.assert(law, { numRuns });
});

/** What a store gives for some reads. */
function storedFor(
  reads: readonly MaterializationRead[],
  records: readonly MaterializationRecord[],
): MaterializationRecord[] {
  const answers = (record: MaterializationRecord, { unit, materialization, rule }: MaterializationRead): boolean =>
    record.unit === unit && record.materialization === materialization && (rule === "" || rule === record.rule);
  return records.filter((record) => reads.some((read) => answers(record, read)));
}

test("deferred, then given the records it asked for, a flag resolves as with every record there is", patient, () => {
  const law = fc.property(bundles(), contexts(), materializationRecords(), (bytes, context, records) => {
    const set = openBundle(bytes);
    for (const key of set.flagKeys) {
      const deferred = resolve(set, key, context, { materializations: "deferred" });
      const known = storedFor(deferred.pending ?? [], records);
      const answer =
        deferred.pending === undefined ? deferred : resolve(set, key, context, { materializations: known });
      expect(answer).toStrictEqual(resolve(set, key, context, { materializations: records }));
    }
  });
  fc.assert(law, { numRuns: 2 * numRuns });
});
