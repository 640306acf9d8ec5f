/** GrowthBook's server client; rules are conditions in MongoDB's manner. @module */
import { GrowthBookClient, type UserContext } from "@growthbook/growthbook";
import { type Contender, jsonFile, readJson } from "../contender.js";
import type { BenchContext } from "../contexts.js";
import { type LogicalCondition, type LogicalFlag, type LogicalRule, NO_TEXT } from "../logical-flag.js";

/** One client, without a tracking callback. */
export const growthbook: Contender = {
  deliver: (flags) => jsonFile({ features: Object.fromEntries(flags.map((flag) => [flag.key, featureOf(flag)])) }),
  open(delivery) {
    const client = new GrowthBookClient().initSync({ payload: readJson(delivery) });
    return {
      contextOf: ({ targetingKey, ...attributes }: BenchContext): UserContext => ({
        attributes: { id: targetingKey, ...attributes },
      }),
      isOn: (key, context: UserContext) => client.isOn(key, context),
      textOf: (key, context: UserContext) => client.getFeatureValue<string>(key, NO_TEXT, context),
    };
  },
};

function featureOf({ type, rules }: LogicalFlag): object {
  return { defaultValue: type === "boolean" ? false : NO_TEXT, rules: rules.map((rule) => ruleOf(rule, type)) };
}

/** A percentage of "true" is a rollout, more than one text an experiment. */
function ruleOf({ name, conditions, shares }: LogicalRule, type: LogicalFlag["type"]): object {
  const condition = Object.fromEntries(conditions.map((part) => [part.attribute, conditionOf(part)]));
  const [first] = shares;
  if (type === "boolean") {
    return {
      condition,
      force: true,
      coverage: (first?.[1] ?? 0) / 100,
      hashAttribute: "id",
      hashVersion: 2,
      seed: name,
    };
  }
  if (shares.length === 1) return { condition, force: first?.[0] };
  return {
    condition,
    variations: shares.map(([text]) => text),
    weights: shares.map(([, percent]) => percent / 100),
    hashAttribute: "id",
    hashVersion: 2,
    key: name,
    seed: name,
  };
}

function conditionOf(condition: LogicalCondition): object {
  switch (condition.kind) {
    case "oneOf":
      return { $in: condition.values };
    case "versionFrom":
      return { $vgte: condition.version };
    case "numberIn":
      return { $gte: condition.from, $lt: condition.below };
  }
}
