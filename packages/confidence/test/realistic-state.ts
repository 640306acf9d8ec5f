/** A state as large and as mixed as an account of some years: shared audiences, experiments, holdouts, sticky rules. @module */
import type { EvaluationContext, MaterializationRecord } from "@aplomb/core";
import { createSeededRandom } from "@aplomb/testkit";
import {
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

type Criteria = NonNullable<NonNullable<SegmentInit["targeting"]>["criteria"]>;
type Criterion = Criteria[string];

const FLAGS = 400;
const EXPERIMENTS = 300;
const MATERIALIZED = 10;
const COUNTRIES = ["SE", "NO", "DK", "FI", "DE", "US"];
const PLANS = ["free", "family", "premium"];

const random = createSeededRandom(2_026);
const below = (count: number): number => Math.floor(random.next() * count);
const chance = (share: number): boolean => random.next() < share;
const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

const text = (value: string) => ({ kind: { case: "string" as const, value } });
const number = (value: number) => ({ kind: { case: "number" as const, value } });
const version = (value: string) => ({ kind: { case: "version" as const, value: { version: value } } });
const moment = (year: number) => {
  const seconds = BigInt(Date.UTC(year, 0) / 1000);
  return { kind: { case: "timestamp" as const, value: { seconds, nanos: 0 } } };
};
const attribute = (path: string, rule: AttributeInit["rule"] & object): Criterion => ({
  kind: { case: "attribute", value: { path, rule } },
});
const inSegment = (segment: string): Criterion => ({ kind: { case: "segment", value: { segment } } });
const inMaterialized = (i: number): Criterion => ({
  kind: { case: "materializedSegment", value: { materializedSegment: `materializedSegments/m${i}` } },
});

/** What product people ask for. */
const CONDITIONS: readonly (() => Criterion)[] = [
  () => attribute("country", { case: "set", value: { values: COUNTRIES.filter(() => chance(0.5)).map(text) } }),
  () => attribute("plan", { case: "eq", value: { value: text(pick(PLANS)) } }),
  () =>
    attribute("app.version", {
      case: "range",
      value: { start: { case: "startInclusive", value: version(`${below(4)}.${below(10)}.0`) } },
    }),
  () =>
    attribute("signup", { case: "range", value: { end: { case: "endExclusive", value: moment(2019 + below(7)) } } }),
  () =>
    attribute("spend", {
      case: "range",
      value: {
        start: { case: "startExclusive", value: number(below(50)) },
        end: { case: "endInclusive", value: number(50 + below(50)) },
      },
    }),
  () => attribute("email", { case: "endsWith", value: { value: "@example.com" } }),
  () => {
    const eq = { case: "eq" as const, value: { value: text(`tag-${below(4)}`) } };
    return attribute("tags", { case: pick(["any", "all"] as const), value: { rule: { rule: eq } } });
  },
  () => inMaterialized(below(MATERIALIZED)),
];

const ref = (value: string): ExpressionInit => ({ kind: { case: "ref", value } });
const not = (value: ExpressionInit): ExpressionInit => ({ kind: { case: "not", value } });
const join = (which: "and" | "or", operands: ExpressionInit[]): ExpressionInit => ({
  kind: { case: which, value: { operands } },
});

function targetingOf(criteria: readonly Criterion[]): NonNullable<SegmentInit["targeting"]> {
  const leaves = criteria.map((_, i) => (chance(0.2) ? not(ref(`c${i}`)) : ref(`c${i}`)));
  return {
    criteria: Object.fromEntries(criteria.map((criterion, i) => [`c${i}`, criterion])),
    expression: join(chance(0.7) ? "and" : "or", leaves),
  };
}

const audiences = times(20, (i) => ({
  name: `segments/audience-${i}`,
  targeting: targetingOf([
    ...times(1 + below(3), () => pick(CONDITIONS)()),
    ...(i < 5 ? [] : [inSegment(`segments/audience-${below(i)}`)]),
  ]),
}));
const holdout = { name: "segments/holdout" };
const experiments = times(EXPERIMENTS, (i) => {
  const audience = inSegment(`segments/audience-${below(audiences.length)}`);
  const targeting = chance(0.7) ? targetingOf([audience, pick(CONDITIONS)()]) : undefined;
  return { name: `segments/exp${i}`, ...(targeting && { targeting }) };
});

/** A line of buckets: a few runs, as shares are given out, or drawn one by one. */
function line(): Uint8Array {
  const bits = new Uint8Array(125_000);
  if (chance(0.1)) return random.bytes(125_000);
  for (let runs = 1 + below(3); runs > 0; runs--) bits.fill(255, below(100_000), below(125_000));
  bits[below(125_000)] = 0b0001_0110;
  return bits;
}

const bitsets = [holdout, ...experiments.filter(() => chance(0.6))].map(({ name }) => packed(name, line()));
const bloomFilters = times(MATERIALIZED / 2, (i) => ({
  materializedSegment: `materializedSegments/m${i}`,
  data: random.bytes(4_096),
  bitCount: 32_768n,
  hashFunctionCount: 2,
  strategy: 1,
}));

type Outcome = NonNullable<NonNullable<Exclude<RuleInit["split"], undefined>["assignments"]>[number]["outcome"]>;

/** Cuts a line of buckets evenly, one assignment for each outcome; the last few buckets may have none. */
function splitOf(outcomes: readonly Outcome[]): RuleInit["split"] & object {
  const bucketCount = pick([100, 1_000, 10_000]);
  const size = Math.floor(bucketCount / outcomes.length);
  const assignments = outcomes.map((outcome, i) => {
    const middle = size * i + below(size);
    const whole = { lower: size * i, upper: size * (i + 1) };
    const ranges = chance(0.8)
      ? [whole]
      : [
          { ...whole, upper: middle },
          { ...whole, lower: middle },
        ];
    return { id: `assignment-${i}`, outcome, ranges };
  });
  return { bucketCount, assignments };
}

function rolloutOf(outcome: Outcome): RuleInit["split"] & object {
  return { bucketCount: 10_000, assignments: [{ id: "all", outcome, ranges: [{ lower: 0, upper: 10_000 }] }] };
}

function rulesOf(flag: string, variants: readonly string[]): RuleInit[] {
  const given = (name: string): Outcome => ({ case: "variant", value: { variant: name } });
  const passedOn: Outcome = { case: "fallthrough", value: {} };
  const byDefault: Outcome = { case: "clientDefault", value: {} };
  return times(1 + below(5), (i) => {
    const experiment = splitOf([...variants.map(given), ...(chance(0.2) ? [pick([passedOn, byDefault])] : [])]);
    const materialization = `materializations/${flag}`;
    const mode = { mustMatch: chance(0.3), targetingCanBeIgnored: chance(0.3) };
    return {
      name: `flags/${flag}/rules/${i}`,
      segment: pick([...experiments, holdout, ...audiences]).name,
      enabled: chance(0.9),
      split: chance(0.7) ? experiment : rolloutOf(given(pick(variants))),
      environments: chance(0.3) ? [pick(["environments/prod", "environments/test"])] : [],
      ...(chance(0.2) && { unitSelector: pick(["visitor_id", "company.id"]) }),
      ...(chance(0.15) && { materialization: { write: materialization, read: materialization, mode } }),
    };
  });
}

const scalar = (name: "int" | "double" | "string" | "bool") => ({ kind: { case: name, value: {} } });
const flags: FlagInit[] = times(FLAGS, (i) => {
  const flag = `flag-${i}`;
  const variants = times(2 + below(3), (v) => `flags/${flag}/variants/v${v}`);
  const colours = { kind: { case: "struct" as const, value: { fields: { text: scalar("string") } } } };
  return {
    name: `flags/${flag}`,
    state: chance(0.05) ? 2 : 1,
    clients: chance(0.8) ? ["clients/app", "clients/web"] : ["clients/app"],
    schema: { fields: { enabled: scalar("bool"), size: scalar("double"), colours } },
    variants: variants.map((name, v) => ({
      name,
      value: { enabled: v > 0, ...(v > 1 && { size: v / 3 }), colours: v % 2 === 0 ? {} : { text: "#fff" } },
    })),
    rules: rulesOf(flag, variants),
  };
});

/** The state; ask it with the usual secret. */
export const realisticState: StateInit = {
  flags,
  segments: [...experiments, ...audiences, holdout],
  bitsets,
  bloomFilters,
  clients: [{ name: "clients/app" }, { name: "clients/web" }],
  credentials: [
    credential("clients/app/credentials/a", "secret-of-app", ["environments/prod"]),
    credential("clients/web/credentials/a", SECRET, ["environments/prod"]),
  ],
};

/** So many visitors; one has no unit, one has a unit that cannot be used. */
export function realisticContexts(count: number): EvaluationContext[] {
  return times(count, (i) => ({
    ...(i !== 1 && { targeting_key: i === 2 ? true : `user-${i}` }),
    ...(chance(0.8) && { visitor_id: 1_000 + i, company: { id: `company-${below(5)}` } }),
    country: pick(COUNTRIES),
    ...(chance(0.7) && { plan: pick(PLANS) }),
    app: { version: `${below(4)}.${below(10)}.${below(10)}` },
    signup: `${2018 + below(8)}-05-0${1 + below(9)}T10:00:00Z`,
    spend: below(100),
    email: `someone@${pick(["example.com", "example.org"])}`,
    ...(chance(0.6) && { tags: times(below(4), () => `tag-${below(4)}`) }),
  }));
}

/** What is stored of the first visitors: memberships, and sticky assignments, a few of variants that are gone. */
export const realisticRecords: MaterializationRecord[] = times(12, (i) => `user-${i}`).flatMap((unit) => [
  ...times(MATERIALIZED, (i) => ({ unit, materialization: `materializedSegments/m${i}`, rule: "", variant: "" })),
  ...flags.flatMap(({ rules = [], variants = [] }) =>
    rules.flatMap(({ name = "", materialization }) => {
      const { read = "" } = materialization ?? {};
      if (read === "" || chance(0.5)) return [];
      const variant = chance(0.9) ? (pick(variants).name ?? "") : "gone";
      return [{ unit, materialization: read, rule: name, variant }];
    }),
  ),
]);
