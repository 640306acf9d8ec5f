/** The logical flags as a signed Aplomb bundle. @module */
import {
  bundleBytes,
  type Condition,
  createTestKeys,
  type FlagInit,
  type LiteralInit,
  literal,
  oneOf,
  type RuleInit,
  type SegmentInit,
  segmentOf,
  split,
} from "@aplomb/testkit";
import type { DeliveredFiles } from "./contender.js";
import type { LogicalCondition, LogicalFlag, LogicalRule } from "./logical-flag.js";

/** Whose flags they are. */
export const AUDIENCE = "service.bench";
const BUCKET_COUNT = 10_000;

/** The files of a delivery: `root`, `manifest` and `bundle`. */
export async function aplombFiles(flags: readonly LogicalFlag[]): Promise<DeliveredFiles> {
  const segments = flags.flatMap(({ rules }) => rules.map((rule) => [segmentId(rule), segmentOfRule(rule)] as const));
  const bytes = bundleBytes({
    flags: Object.fromEntries(flags.map((flag) => [flag.key, flagOf(flag)])),
    segments: Object.fromEntries(segments),
  });
  const keys = await createTestKeys({ audience: AUDIENCE });
  const { manifest, bundle } = await keys.seal(bytes);
  return { root: keys.rootEnvelope, manifest, bundle };
}

function flagOf({ type, rules }: LogicalFlag): FlagInit {
  const names =
    type === "boolean" ? ["true", "false"] : [...new Set(rules.flatMap(({ shares }) => shares.map(([name]) => name)))];
  return {
    variants: names.map((name) => ({ name, value: { value: type === "boolean" ? name === "true" : name } })),
    rules: rules.map(ruleOf),
  };
}

function ruleOf(rule: LogicalRule): RuleInit {
  const shares = rule.shares.map(([variant, percent]) => [variant, (percent / 100) * BUCKET_COUNT]);
  return split(rule.name, segmentId(rule), Object.fromEntries(shares), { bucketCount: BUCKET_COUNT });
}

function segmentId(rule: LogicalRule): string {
  return `of-${rule.name}`;
}

function segmentOfRule({ conditions }: LogicalRule): SegmentInit {
  const criteria = conditions.map(criterionOf);
  const [only] = criteria;
  return segmentOf(only !== undefined && criteria.length === 1 ? only : { and: criteria });
}

function criterionOf(condition: LogicalCondition): Condition {
  switch (condition.kind) {
    case "oneOf":
      return oneOf(condition.attribute, ...condition.values);
    case "versionFrom":
      return within(condition.attribute, { kind: { case: "version", value: condition.version } });
    case "numberIn":
      return within(condition.attribute, literal(condition.from), literal(condition.below));
  }
}

function within(path: string, from: LiteralInit, below?: LiteralInit): Condition {
  const start = { case: "startInclusive" as const, value: from };
  const end = below && { case: "endExclusive" as const, value: below };
  const range = end === undefined ? { start } : { start, end };
  return { kind: { case: "attribute", value: { path, rule: { case: "range", value: range } } } };
}
