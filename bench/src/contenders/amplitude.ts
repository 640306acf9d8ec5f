/** Amplitude's evaluation engine, asked for one flag at a time. @module */
import { EvaluationEngine, type EvaluationFlag } from "@amplitude/experiment-core";
import { type Contender, jsonFile, readJson } from "../contender.js";
import type { BenchContext } from "../contexts.js";
import { type LogicalCondition, type LogicalFlag, type LogicalRule, NO_TEXT } from "../logical-flag.js";

/** The hash is cut into 100 allocations; each is cut again into this many places. */
const DISTRIBUTION_END = 42_949_673;

/** The engine. Its own SDK evaluates every flag to read one; here it is given the one that is asked for. */
export const amplitude: Contender = {
  deliver: (flags) => jsonFile(flags.map(flagOf)),
  open(delivery) {
    const engine = new EvaluationEngine();
    const flags = new Map(readJson<EvaluationFlag[]>(delivery).map((flag) => [flag.key, [flag]]));
    const variantOf = (key: string, context: Record<string, unknown>): string | undefined =>
      engine.evaluate(context, flags.get(key) ?? [])[key]?.key;
    return {
      contextOf: ({ targetingKey, ...user }: BenchContext) => ({ user: { user_id: targetingKey, ...user } }),
      isOn: (key, context: Record<string, unknown>) => variantOf(key, context) === "true",
      textOf: (key, context: Record<string, unknown>) => variantOf(key, context) ?? NO_TEXT,
    };
  },
};

function flagOf({ key, rules }: LogicalFlag): object {
  const names = new Set(rules.flatMap(({ shares }) => shares.map(([name]) => name)));
  const variants = Object.fromEntries([...names].map((name) => [name, { key: name, value: name }]));
  return { key, variants, segments: rules.map(segmentOf) };
}

function segmentOf({ name, conditions, shares }: LogicalRule): object {
  const segment = { conditions: [conditions.flatMap(conditionsOf)] };
  if (shares.length === 1) return { ...segment, variant: shares[0]?.[0] };
  let end = 0;
  const distributions = shares.map(([variant, percent]) => {
    const start = end;
    end += Math.round((DISTRIBUTION_END * percent) / 100);
    return { variant, range: [start, end] };
  });
  const bucket = {
    selector: ["context", "user", "user_id"],
    salt: name,
    allocations: [{ range: [0, 100], distributions }],
  };
  return { ...segment, bucket };
}

function conditionsOf(condition: LogicalCondition): object[] {
  const selector = ["context", "user", condition.attribute];
  switch (condition.kind) {
    case "oneOf":
      return [{ selector, op: "is", values: condition.values }];
    case "versionFrom":
      return [{ selector, op: "version greater or equal", values: [condition.version] }];
    case "numberIn":
      return [
        { selector, op: "greater or equal", values: [String(condition.from)] },
        { selector, op: "less", values: [String(condition.below)] },
      ];
  }
}
