/** The floor: what somebody would write by hand for exactly these flags, closures over prepared literals. @module */
import { type Contender, jsonFile, readJson } from "../contender.js";
import type { BenchContext } from "../contexts.js";
import { type LogicalCondition, type LogicalFlag, type LogicalRule, NO_TEXT } from "../logical-flag.js";
import { createBuckets } from "./floor-hash.js";

/** Buckets of every split: the same number as in Aplomb's bundle, so that both give the same answers. */
const BUCKET_COUNT = 10_000;

type Condition = (context: BenchContext) => boolean;
type Evaluate = (context: BenchContext) => string | undefined;

/** Closures, made when a flag is first read. */
export const floor: Contender = {
  deliver: jsonFile,
  open(delivery) {
    const flags = new Map(readJson<LogicalFlag[]>(delivery).map((flag) => [flag.key, flag]));
    const compiled = new Map<string, Evaluate>();
    const evaluatorOf = (key: string): Evaluate => {
      const known = compiled.get(key);
      if (known !== undefined) return known;
      const evaluate = compileFlag(flags.get(key)?.rules ?? []);
      compiled.set(key, evaluate);
      return evaluate;
    };
    return {
      contextOf: (context: BenchContext) => ({ ...context }),
      isOn: (key, context: BenchContext) => evaluatorOf(key)(context) === "true",
      textOf: (key, context: BenchContext) => evaluatorOf(key)(context) ?? NO_TEXT,
    };
  },
};

function compileFlag(rules: readonly LogicalRule[]): Evaluate {
  const compiled = rules.map(compileRule);
  const [only] = compiled;
  if (only !== undefined && compiled.length === 1) return only;
  return (context) => {
    for (let i = 0; i < compiled.length; i++) {
      const variant = (compiled[i] as Evaluate)(context);
      if (variant !== undefined) return variant;
    }
    return undefined;
  };
}

function compileRule(rule: LogicalRule): Evaluate {
  const holds = all(rule.conditions.map(compileCondition));
  const assign = compileSplit(rule.shares, createBuckets(rule.name));
  return (context) => (holds(context) ? assign(context.targetingKey) : undefined);
}

function all(conditions: readonly Condition[]): Condition {
  const [first, second, third] = conditions;
  if (first !== undefined && second === undefined) return first;
  if (first !== undefined && second !== undefined && third !== undefined && conditions.length === 3) {
    return (context) => first(context) && second(context) && third(context);
  }
  return (context) => conditions.every((condition) => condition(context));
}

function compileCondition(condition: LogicalCondition): Condition {
  const attribute = condition.attribute as keyof BenchContext;
  switch (condition.kind) {
    case "oneOf": {
      const values = new Set<unknown>(condition.values);
      return (context) => values.has(context[attribute]);
    }
    case "versionFrom": {
      const least = versionNumber(condition.version);
      return (context) => versionNumber(context[attribute] as string) >= least;
    }
    case "numberIn": {
      const { from, below } = condition;
      return (context) => {
        const value = context[attribute] as number;
        return value >= from && value < below;
      };
    }
  }
}

/** Three parts of digits as one number; each part below 1,000. */
function versionNumber(version: string): number {
  let number = 0;
  let part = 0;
  for (let i = 0; i < version.length; i++) {
    const unit = version.charCodeAt(i);
    if (unit === 46) {
      number = (number + part) * 1_000;
      part = 0;
    } else part = part * 10 + unit - 48;
  }
  return number + part;
}

function compileSplit(
  shares: LogicalRule["shares"],
  bucketOf: ReturnType<typeof createBuckets>,
): (targetingKey: string) => string {
  const [first = NO_TEXT] = shares.map(([variant]) => variant);
  if (shares.length === 1) return () => first;
  const ends: number[] = [];
  for (const [, percent] of shares) ends.push((ends.at(-1) ?? 0) + (percent / 100) * BUCKET_COUNT);
  const variants = shares.map(([variant]) => variant);
  return (targetingKey) => {
    const bucket = bucketOf(targetingKey, BUCKET_COUNT);
    let place = 0;
    while (bucket >= (ends[place] as number)) place++;
    return variants[place] as string;
  };
}
