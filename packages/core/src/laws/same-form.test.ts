/** Same in every form: conditions that are kept as numbers answer as those that are not. @module */
import {
  bundleBytes,
  type Condition,
  type CriterionInit,
  type FlagInit,
  fullRollout,
  type LiteralInit,
  literal,
  oneOf,
  segmentOf,
} from "@aplomb/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluateValue, openBundle, resolve } from "../index.js";

const TEXTS = ["SE", "NO", "1.2.0", "1.2", "7", "", "é", "\ufffd", "null"];
const VERSIONS = ["1.2.0", "1.2", "1.10", "2.0.1000", "0.0", "9999999999.1", "x"];
const NUMBERS = [0, -0, 1, 1.5, -7, 1e21, Number.MAX_SAFE_INTEGER];
const ATTRIBUTES = ["a", "b", "c.d", "constructor"];
const HOSTILE = [
  null,
  true,
  [],
  ["SE"],
  [1, "x"],
  {},
  Number.NaN,
  Number.POSITIVE_INFINITY,
  "\ud800",
  "x".repeat(70_000),
];

const version = (value: string): LiteralInit => ({ kind: { case: "version", value } });
const attribute = fc.constantFrom(...ATTRIBUTES);
const sets = fc
  .tuple(attribute, fc.array(fc.constantFrom(...TEXTS), { minLength: 1, maxLength: 5 }))
  .map(([path, texts]) => oneOf(path, ...texts));

function ranges(literals: fc.Arbitrary<LiteralInit>): fc.Arbitrary<CriterionInit> {
  const starts = fc.constantFrom("startInclusive" as const, "startExclusive" as const);
  const ends = fc.constantFrom("endInclusive" as const, "endExclusive" as const);
  const bounds = fc.record(
    { start: fc.record({ case: starts, value: literals }), end: fc.record({ case: ends, value: literals }) },
    { requiredKeys: [] },
  );
  return fc.tuple(attribute, bounds).map(
    ([path, value]): CriterionInit => ({
      kind: { case: "attribute", value: { path, rule: { case: "range", value } } },
    }),
  );
}

const criteria = fc.oneof(
  sets,
  ranges(fc.constantFrom(...NUMBERS).map(literal)),
  ranges(fc.constantFrom(...VERSIONS).map(version)),
);
const values = fc.constantFrom<unknown>(...TEXTS, ...VERSIONS, ...NUMBERS, ...HOSTILE);
const contexts = fc.record(
  { a: values, b: values, c: fc.record({ d: values }), constructor: values },
  { requiredKeys: [] },
);

/** A flag for each condition as it is, and one for the condition denied twice, which no table holds. */
function bundleOf(conditions: readonly Condition[]): Uint8Array {
  const forms = conditions.flatMap((condition, i) => [
    [`plain-${i}`, segmentOf(condition)] as const,
    [`denied-${i}`, segmentOf({ not: { not: condition } })] as const,
  ]);
  const flagOf = ([key]: readonly [string, unknown]): [string, FlagInit] => [
    key,
    { variants: [{ name: "on", value: { value: true } }], rules: [fullRollout("r", key, "on")] },
  ];
  return bundleBytes({ segments: Object.fromEntries(forms), flags: Object.fromEntries(forms.map(flagOf)) });
}

test("a condition answers as the same condition denied twice, whatever was asked before", { timeout: 600_000 }, () => {
  const conditions = fc.oneof(
    criteria,
    fc.array(criteria, { minLength: 2, maxLength: 5 }).map((and): Condition => ({ and })),
  );
  const law = fc.property(
    fc.array(conditions, { minLength: 1, maxLength: 4 }),
    fc.array(contexts, { minLength: 1, maxLength: 4 }),
    (some, asked) => {
      const set = openBundle(bundleOf(some));
      // Flags are read as they are asked for, so that later ones name texts that earlier contexts held already.
      for (const context of asked) {
        some.forEach((_, i) => {
          const [plain, denied] = [resolve(set, `plain-${i}`, context), resolve(set, `denied-${i}`, context)];
          expect([plain.reason, plain.errorCode]).toEqual([denied.reason, denied.errorCode]);
          expect(evaluateValue(set, `plain-${i}`, false, context)).toBe(denied.reason === "MATCH");
        });
      }
    },
  );
  fc.assert(law, { numRuns: process.env.APLOMB_DEEP === "1" ? 100_000 : 1_500 });
});

test("a filter of more hash functions than an evaluation has steps is an error, not a wait", () => {
  const inFilter: CriterionInit = { kind: { case: "materializedSegment", value: "m" } };
  const filter = Uint8Array.from([0x0a, 1, 0xff, 0x10, 0xff, 0xff, 0xff, 0xff, 0x07, 0x18, 1]);
  const entry = Uint8Array.from([0x0a, 1, 0x6d, 0x12, filter.length, ...filter]);
  const bytes = bundleBytes({
    segments: { s: segmentOf(inFilter) },
    flags: { f: { variants: [{ name: "on", value: {} }], rules: [fullRollout("r", "s", "on")] } },
  });
  const set = openBundle(Uint8Array.from([...bytes, 0x2a, entry.length, ...entry]));
  expect(resolve(set, "f", { targetingKey: "u" })).toMatchObject({ reason: "ERROR", errorCode: "GENERAL" });
});
