/** Random resolver states whose names meet, the degenerate shapes included. @module */
import fc from "fast-check";
import {
  ACCOUNT,
  type AttributeInit,
  credential,
  type ExpressionInit,
  type FlagInit,
  packed,
  type RuleInit,
  SECRET,
  type SegmentInit,
  type StateInit,
} from "./state-builder.js";

const SEGMENTS = ["segments/a", "segments/b", "segments/c", "segments", "", "segments/x/y"];
const IDS = ["a", "b", "__proto__", ""];
const MATERIALIZED = ["materializedSegments/m", "materializedSegments/n", ""];
const ENVIRONMENTS = ["environments/prod", "environments/test"];

/** By whom these states can be asked. */
export const ASKERS = [
  { account: ACCOUNT, clientSecret: SECRET },
  { account: ACCOUNT, client: "clients/web", environments: ["environments/test"] },
] as const;

const anyOf = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const few = <T>(arbitrary: fc.Arbitrary<T>, maxLength = 3, minLength = 0): fc.Arbitrary<T[]> =>
  fc.array(arbitrary, { minLength, maxLength });

type Literal = Extract<NonNullable<AttributeInit["rule"]>, { case: "eq" }>["value"]["value"];
type InnerRule = Exclude<NonNullable<AttributeInit["rule"]>, { case: "any" | "all" }>;

const literals: fc.Arbitrary<Literal & object> = fc.oneof(
  fc.constant({}),
  fc.boolean().map((value) => ({ kind: { case: "bool" as const, value } })),
  fc.string({ unit: "grapheme" }).map((value) => ({ kind: { case: "string" as const, value } })),
  fc.double().map((value) => ({ kind: { case: "number" as const, value } })),
  fc.string().map((version) => ({ kind: { case: "version" as const, value: { version } } })),
  fc
    .record({ seconds: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), nanos: fc.integer() })
    .map((value) => ({ kind: { case: "timestamp" as const, value } })),
);
const lists = few(literals).map((values) => ({ kind: { case: "list" as const, value: { values } } }));
const anyLiterals = fc.oneof({ weight: 9, arbitrary: literals }, { weight: 1, arbitrary: lists });

const innerRules: fc.Arbitrary<InnerRule> = fc.oneof(
  fc.constant({ case: undefined }),
  maybe(anyLiterals).map((value) => ({ case: "eq" as const, value: value === undefined ? {} : { value } })),
  few(anyLiterals).map((values) => ({ case: "set" as const, value: { values } })),
  anyLiterals.map((value) => ({
    case: "range" as const,
    value: { start: { case: "startExclusive" as const, value }, end: { case: "endInclusive" as const, value } },
  })),
  fc
    .tuple(anyOf(["startsWith", "endsWith", "contains"] as const), fc.string())
    .map(([which, value]) => ({ case: which, value: { value } })),
);
const elementRules = fc
  .tuple(anyOf(["any", "all"] as const), maybe(innerRules))
  .map(([which, rule]) => ({ case: which, value: rule === undefined ? {} : { rule: { rule } } }));

const criteria = fc.oneof(
  fc.constant({}),
  fc
    .record({ path: anyOf(["x", "a.b", ""]), rule: fc.oneof(innerRules, elementRules) })
    .map((value) => ({ kind: { case: "attribute" as const, value } })),
  anyOf(SEGMENTS).map((segment) => ({ kind: { case: "segment" as const, value: { segment } } })),
  anyOf(MATERIALIZED).map((materializedSegment) => ({
    kind: { case: "materializedSegment" as const, value: { materializedSegment } },
  })),
);

const { expression: expressions } = fc.letrec<{ expression: ExpressionInit }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    anyOf(IDS).map((value) => ({ kind: { case: "ref" as const, value } })),
    fc.constant({}),
    tie("expression").map((value) => ({ kind: { case: "not" as const, value } })),
    few(tie("expression")).map((operands) => ({ kind: { case: "and" as const, value: { operands } } })),
    few(tie("expression")).map((operands) => ({ kind: { case: "or" as const, value: { operands } } })),
  ),
}));

const segments: fc.Arbitrary<SegmentInit> = fc
  .record({
    name: anyOf(SEGMENTS),
    targeting: fc.oneof(
      fc.constant(undefined),
      fc.record(
        { criteria: fc.dictionary(anyOf(IDS), criteria, { minKeys: 1 }), expression: expressions },
        { requiredKeys: [] },
      ),
    ),
  })
  .map(({ name, targeting }) => (targeting === undefined ? { name } : { name, targeting }));

type TypeInit = NonNullable<(FlagInit["schema"] & object)["fields"]>[string];
type Split = Exclude<RuleInit["split"], undefined | { readonly $typeName: string }>;
type Assignment = NonNullable<Split["assignments"]>[number];

const given = { case: "variant" as const, value: { variant: "on" } };
const outcomes: readonly NonNullable<Assignment["outcome"]>[] = [
  { case: undefined },
  given,
  given,
  given,
  { case: "variant", value: { variant: "none" } },
  { case: "fallthrough", value: {} },
  { case: "clientDefault", value: {} },
];
const bounds = fc.integer({ min: -1, max: 3 });
const assignments: fc.Arbitrary<Assignment> = fc.record({
  id: fc.string({ maxLength: 3 }),
  outcome: anyOf(outcomes),
  ranges: few(fc.record({ lower: bounds, upper: bounds })),
});

/** Degenerate splits, and some that give everybody something. */
const splits: fc.Arbitrary<Split> = fc.oneof(
  fc.record({ bucketCount: fc.integer({ min: -1, max: 3 }), assignments: few(assignments) }),
  fc.tuple(anyOf(outcomes), fc.integer({ min: 0, max: 1 })).map(([outcome, cut]) => ({
    bucketCount: 2,
    assignments: [
      { id: "all", outcome, ranges: [{ lower: 0, upper: 2 - cut }] },
      { id: "rest", outcome, ranges: [{ lower: 1, upper: 2 }] },
    ].slice(0, 1 + cut),
  })),
);

const STICKY = { write: "n", read: "m", mode: { targetingCanBeIgnored: true } };

const rules: fc.Arbitrary<RuleInit> = fc.record(
  {
    name: fc.string({ maxLength: 3 }),
    segment: anyOf(SEGMENTS),
    unitSelector: anyOf(["", "", "", "x", "a.b"]),
    enabled: anyOf([true, true, true, false]),
    split: fc.oneof({ weight: 9, arbitrary: splits }, { weight: 1, arbitrary: fc.constant(undefined) }),
    materialization: anyOf([
      {},
      { write: "m" },
      { read: "m" },
      { write: "m", read: "m", mode: { mustMatch: true } },
      STICKY,
    ]),
    environments: few(anyOf(ENVIRONMENTS), 1),
  },
  { requiredKeys: ["name", "segment", "enabled", "split"] },
);

const FIELDS = ["p", "q", "", "__proto__", "value"];
const { schema: schemas } = fc.letrec<{ schema: FlagInit["schema"] & object; type: TypeInit }>((tie) => ({
  schema: fc.dictionary(anyOf(FIELDS), tie("type"), { maxKeys: 3 }).map((fields) => ({ fields })),
  type: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    anyOf(["int", "double", "string", "bool"] as const).map((name) => ({ kind: { case: name, value: {} } })),
    fc.constant({}),
    tie("schema").map((value) => ({ kind: { case: "struct" as const, value } })),
    maybe(tie("type")).map((type) => ({ kind: { case: "list" as const, value: type ? { element: type } : {} } })),
  ),
}));

const flags: fc.Arbitrary<FlagInit> = fc.record({
  name: anyOf(["flags/f", "flags/f", "flags/g", "flags/g", "flags/a.b", "f", "", "flags/__proto__"]),
  state: anyOf([1, 1, 1, 1, 1, 0, 2]),
  clients: anyOf([["clients/web"], ["clients/web"], ["clients/app", "clients/web"], []]),
  schema: schemas,
  variants: few(
    fc.record(
      {
        name: anyOf(["on", "on", "off"]),
        value: fc.dictionary(anyOf(FIELDS), fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<null>),
      },
      { requiredKeys: ["name"] },
    ),
    4,
    1,
  ),
  rules: few(rules, 4, 1),
});

/** A whole line of buckets, all or every other one of them drawn. */
const LINES = [255, 0b0101_0101].map((byte) => packed("", new Uint8Array(125_000).fill(byte)));
const bitsets = fc.oneof(
  fc.tuple(anyOf(SEGMENTS), anyOf(LINES)).map(([segment, line]) => ({ ...line, segment })),
  anyOf(SEGMENTS).map((segment) => ({ segment, content: { case: "full" as const, value: true } })),
  fc.tuple(anyOf(SEGMENTS), fc.uint8Array({ maxLength: 50 })).map(([segment, bits]) => packed(segment, bits)),
);

const bloomFilters = fc.record({
  materializedSegment: anyOf(MATERIALIZED),
  data: fc.uint8Array({ maxLength: 17 }),
  hashFunctionCount: fc.integer({ min: -1, max: 4 }),
  bitCount: fc.bigInt({ min: -1n, max: 2n ** 63n - 1n }),
  strategy: anyOf([1, 1, 0]),
});

/** Segments of everybody, unless a later one of the same name follows; most rules then have one. */
const PLAIN: readonly SegmentInit[] = SEGMENTS.slice(0, 4).map((name) => ({ name }));

/** A state that the source platform's resolver would load, and that {@link ASKERS} may ask. */
export const arbitraryStates: fc.Arbitrary<StateInit> = fc
  .record({
    flags: few(flags, 4, 1),
    segments: few(segments, 5),
    bitsets: few(bitsets, 4),
    bloomFilters: few(bloomFilters),
  })
  .map((state) => ({
    ...state,
    segments: [...PLAIN, ...state.segments],
    clients: [{ name: "clients/web" }],
    credentials: [credential("clients/web/credentials/k", SECRET, ["environments/prod"])],
  }));
