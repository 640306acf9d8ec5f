/** flagd's in-process evaluator; targeting is JsonLogic. @module */
import type { EvaluationContext, Logger } from "@openfeature/core";
import { FlagdCore } from "@openfeature/flagd-core";
import { type Contender, jsonFile, readText } from "../contender.js";
import type { BenchContext } from "../contexts.js";
import { type LogicalCondition, type LogicalFlag, type LogicalRule, NO_TEXT } from "../logical-flag.js";

const quiet: Logger = { error() {}, warn() {}, info() {}, debug() {} };

/** One `FlagdCore`, logging nothing. */
export const flagd: Contender = {
  deliver: (flags) => jsonFile({ flags: Object.fromEntries(flags.map((flag) => [flag.key, flagOf(flag)])) }),
  open(delivery) {
    const core = new FlagdCore(undefined, quiet);
    core.setConfigurations(readText(delivery));
    return {
      contextOf: (context: BenchContext): EvaluationContext => ({ ...context }),
      isOn: (key, context: EvaluationContext) => core.resolveBooleanEvaluation(key, false, context, quiet).value,
      textOf: (key, context: EvaluationContext) => core.resolveStringEvaluation(key, NO_TEXT, context, quiet).value,
    };
  },
};

function flagOf({ type, rules }: LogicalFlag): object {
  const names =
    type === "boolean" ? ["true", "false"] : [NO_TEXT, ...rules.flatMap(({ shares }) => shares.map(([name]) => name))];
  const defaultVariant = type === "boolean" ? "false" : NO_TEXT;
  const steps = rules.flatMap((rule) => [conditionOf(rule), outcomeOf(rule)]);
  return {
    state: "ENABLED",
    variants: Object.fromEntries(names.map((name) => [name, type === "boolean" ? name === "true" : name])),
    defaultVariant,
    targeting: { if: [...steps, defaultVariant] },
  };
}

function outcomeOf({ name, shares }: LogicalRule): unknown {
  const [first] = shares;
  if (shares.length === 1) return first?.[0];
  return { fractional: [{ cat: [name, { var: "targetingKey" }] }, ...shares] };
}

function conditionOf({ conditions }: LogicalRule): object {
  const parts = conditions.flatMap(partsOf);
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : { and: parts };
}

function partsOf(condition: LogicalCondition): object[] {
  const attribute = { var: condition.attribute };
  switch (condition.kind) {
    case "oneOf":
      return [{ in: [attribute, condition.values] }];
    case "versionFrom":
      return [{ sem_ver: [attribute, ">=", condition.version] }];
    case "numberIn":
      return [{ ">=": [attribute, condition.from] }, { "<": [attribute, condition.below] }];
  }
}
