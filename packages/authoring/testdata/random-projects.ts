/** Random projects whose parts meet: every operator, shared segments, groups, prerequisites, schedules, sticky rules. @module */
import fc from "fast-check";
import type { Condition, Literal } from "../src/condition.js";
import type { FlagFile, Outcome, RuleFile } from "../src/flag-file.js";
import type { GroupFile } from "../src/group-file.js";
import type { Project } from "../src/project.js";
import type { SegmentFile } from "../src/segment-file.js";

const FLAGS = ["f0", "f1", "f2", "f3"];
const SEGMENTS = ["secretsegment0", "secretsegment1", "secretsegment2"];

/** Texts that mark what a browser must not be told; no other part of a project has "secret" in it. */
const TEXTS = ["secretmember1", "secretmember2", "secrét\u{1f600}", "null", "", "\ufffdsecret", "1", "1e21"];
const NUMBERS = [0, -0, 1, -1.5, 1e21, 1e-7, 123456789.25, 0.1, 42];
const VERSIONS = ["1.2.3", "1.10", "2.0.0-secretbuild", "1.2.3.4"];
const MOMENTS = ["2027-03-01", "2027-03-01T09:00:00.5+01:00"];
const PARTS = ["s", "1", "é", "build"];

const one = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const some = <T>(values: readonly T[]): fc.Arbitrary<T[]> => fc.array(one(values), { minLength: 1, maxLength: 4 });

const ATTRIBUTES = ["a", "b.c", "n", "l"];

/** Attributes of every type, missing ones, lists and texts that no UTF-8 has. */
export const contexts: fc.Arbitrary<Record<string, unknown>> = fc.record(
  {
    targetingKey: fc.oneof(
      fc.integer({ min: 0, max: 500 }).map((n) => `unit-${n}`),
      fc.constantFrom<unknown>(7, true),
    ),
    a: anyValue(),
    b: fc.record({ c: anyValue() }),
    n: anyValue(),
    l: fc.array(anyValue(), { maxLength: 3 }),
    account: fc.integer({ min: 0, max: 99 }).map((n) => `account-${n}`),
    $nowMs: fc.constantFrom(0, 1_803_888_000_000, 1_803_888_000_001, 2_000_000_000_000),
  },
  { requiredKeys: [] },
);

function anyValue(): fc.Arbitrary<unknown> {
  const known = [...TEXTS, ...NUMBERS, ...NUMBERS.map(String), ...VERSIONS, ...MOMENTS, true, false, null, Number.NaN];
  return fc.oneof(one<unknown>(known), one<unknown>(["\ud800secret", "x", "true", "NaN", {}, [], "1.2.3-other"]));
}

function tests(): fc.Arbitrary<Condition> {
  const attribute = one(ATTRIBUTES);
  const withTest = (test: fc.Arbitrary<object>) =>
    fc.tuple(attribute, test).map(([name, rest]) => ({ attribute: name, ...rest }) as Condition);
  const literals: readonly (readonly Literal[])[] = [TEXTS, NUMBERS, [true, false]];
  return fc.oneof(
    withTest(
      one(literals)
        .chain((values) => one(values))
        .map((equals) => ({ equals })),
    ),
    withTest(
      one(literals)
        .chain((values) => some(values))
        .map((values) => ({ in: values })),
    ),
    withTest(some(VERSIONS).map((values) => ({ as: "version", in: values }))),
    withTest(one(MOMENTS).map((equals) => ({ as: "timestamp", equals }))),
    withTest(
      fc.tuple(one(["startsWith", "endsWith", "contains"]), one(PARTS)).map(([name, text]) => ({ [name]: text })),
    ),
    withTest(
      fc.tuple(one(["atLeast", "above", "atMost", "below"]), one(NUMBERS)).map(([name, bound]) => ({ [name]: bound })),
    ),
    withTest(one(VERSIONS).map((atLeast) => ({ as: "version", atLeast }))),
  );
}

/** Conditions that refer to flags and segments after a place only, so that nothing leads back to itself. */
function conditions(flags: readonly string[], segments: readonly string[]): fc.Arbitrary<Condition> {
  const leaves: fc.Arbitrary<Condition>[] = [tests()];
  if (segments.length > 0) leaves.push(one(segments).map((inSegment) => ({ inSegment })));
  if (flags.length > 0) leaves.push(fc.record({ flag: one(flags), gives: some(["x", "y", "z"]) }));
  const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.oneof(...leaves),
      fc.array(tie("condition"), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
      fc.array(tie("condition"), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
      tie("condition").map((not) => ({ not })),
    ),
  }));
  return condition;
}

const outcomes: readonly Outcome[] = ["x", "y", "z", "clientDefault", "fallthrough"];

function rules(flags: readonly string[]): fc.Arbitrary<RuleFile> {
  const given = fc.oneof(
    one(outcomes).map((serve) => ({ serve })),
    fc
      .uniqueArray(one(outcomes), { minLength: 1 })
      .chain((names) =>
        fc.tuple(...names.map((name) => fc.integer({ min: 0, max: 3 }).map((weight) => [name, weight] as const))),
      )
      .filter((shares) => shares.some(([, weight]) => weight > 0))
      .map((shares) => ({ weights: Object.fromEntries(shares) })),
  );
  const limits = fc.record({
    description: fc.constant("secretdescription"),
    when: sometimes(conditions(flags, SEGMENTS), 1),
    starts: sometimes(fc.constant("2027-03-01T09:00:00+01:00"), 6),
    ends: sometimes(fc.constant("2030-01-01"), 6),
    slot: sometimes(one(["secretgroup/s", "secretgroup/t", "secretgroup/holdout"]), 4),
    holdout: sometimes(fc.constant("secretgroup"), 4),
    sticky: sometimes(one([true, { name: "secretstore" }, { onlyStored: true }, { ignoreWhen: true }]), 6),
  });
  const unit = sometimes(fc.constant("account"), 2);
  return fc.tuple(given, limits, unit).map(([outcome, { slot, holdout, ...limit }, counted]): RuleFile => {
    // The group draws by the targeting key.
    const draws = counted === undefined ? { ...(slot && { slot }), ...(holdout && { holdout }) } : { unit: counted };
    const written = Object.entries({ ...limit, ...draws }).filter(([, value]) => value !== undefined);
    return { name: "", ...Object.fromEntries(written), ...outcome };
  });
}

/** Left out so many times as often as not. */
function sometimes<T>(arbitrary: fc.Arbitrary<T>, left: number): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: left, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

function flagFiles(index: number): fc.Arbitrary<FlagFile> {
  const key = FLAGS[index] ?? "";
  return fc
    .record({
      rules: fc.array(rules(FLAGS.slice(index + 1)), { minLength: 1, maxLength: 4 }),
      clientVisible: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, one([false, "remote" as const])),
      enabled: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, fc.constant(false)),
    })
    .map((file) => ({
      key,
      type: "string",
      variants: { x: "value x", y: "value y", z: "value z" },
      owner: "secretowner",
      description: "secretdescription",
      expires: "2027-01-01",
      ...file,
      rules: file.rules.map((rule, place) => ({ ...rule, name: `secretrule${place}` })),
    }));
}

function segmentFiles(index: number): fc.Arbitrary<SegmentFile> {
  const when = conditions(index === 0 ? ["f3"] : [], SEGMENTS.slice(index + 1));
  return when.map((condition) => ({ key: SEGMENTS[index] ?? "", description: "secretdescription", when: condition }));
}

const group: GroupFile = { key: "secretgroup", holdout: 10, slots: { s: 40, t: 20 } };

/** Projects without a fault that validation would find, but for flag f3 that may wait for itself by way of a segment. */
export const projects: fc.Arbitrary<Project> = fc
  .record({
    flags: fc.tuple(...FLAGS.map((_, index) => flagFiles(index))),
    segments: fc.tuple(...SEGMENTS.map((_, index) => segmentFiles(index))),
  })
  .map((files) => ({ trustDomain: "shop.example", audiences: [], groups: [group], ...files }));
