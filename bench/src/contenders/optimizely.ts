/** Optimizely's Feature Experimentation SDK, fed by a datafile. @module */
import {
  createInstance,
  createStaticProjectConfigManager,
  OptimizelyDecideOption,
  type OptimizelyUserContext,
} from "@optimizely/optimizely-sdk";
import { type Contender, jsonFile, readText } from "../contender.js";
import type { BenchContext } from "../contexts.js";
import { type LogicalCondition, type LogicalFlag, type LogicalRule, NO_TEXT } from "../logical-flag.js";

/** Buckets of the traffic of a rule. */
const END_OF_RANGE = 10_000;
const decideOptions = [OptimizelyDecideOption.DISABLE_DECISION_EVENT, OptimizelyDecideOption.EXCLUDE_VARIABLES];

/** A client without an event processor. Boolean flags are targeted deliveries, text flags experiments. */
export const optimizely: Contender = {
  deliver: (flags) => jsonFile(datafileOf(flags)),
  async open(delivery) {
    const projectConfigManager = createStaticProjectConfigManager({ datafile: readText(delivery) });
    const client = createInstance({ projectConfigManager });
    await client.onReady();
    return {
      contextOf: ({ targetingKey, ...attributes }: BenchContext) => client.createUserContext(targetingKey, attributes),
      isOn: (key, user: OptimizelyUserContext) => user.decide(key, decideOptions).enabled,
      textOf: (key, user: OptimizelyUserContext) => user.decide(key, decideOptions).variationKey ?? NO_TEXT,
    };
  },
};

function datafileOf(flags: readonly LogicalFlag[]): object {
  const attributes = ["country", "group", "version", "score", "plan", "email", "beta"];
  const texts = flags.filter(({ type }) => type === "text");
  const booleans = flags.filter(({ type }) => type === "boolean");
  return {
    ...{ version: "4", accountId: "1", projectId: "1", revision: "1", sdkKey: "bench", environmentKey: "bench" },
    ...{ anonymizeIP: true, botFiltering: false, sendFlagDecisions: false },
    ...{ events: [], groups: [], variables: [], audiences: [], integrations: [] },
    attributes: attributes.map((key) => ({ id: key, key })),
    typedAudiences: flags.flatMap(({ rules }) => rules.map(audienceOf)),
    featureFlags: flags.map(({ key, type, rules }) => ({
      id: key,
      key,
      rolloutId: type === "boolean" ? `delivery-of-${key}` : "",
      experimentIds: type === "boolean" ? [] : rules.map(({ name }) => name),
      variables: [],
    })),
    rollouts: booleans.map(({ key, rules }) => ({
      id: `delivery-of-${key}`,
      experiments: [...rules.map(deliveryOf), everyoneElse(key)],
    })),
    experiments: texts.flatMap(({ rules }) => rules.map(experimentOf)),
  };
}

/** A rule that is on for the share of "true". */
function deliveryOf({ name, shares }: LogicalRule): object {
  const id = `${name}-on`;
  const trafficAllocation = [{ entityId: id, endOfRange: ((shares[0]?.[1] ?? 0) / 100) * END_OF_RANGE }];
  return { ...ruleOf(name, [audienceId(name)]), variations: [variationOf(id, "on", true)], trafficAllocation };
}

function everyoneElse(key: string): object {
  const id = `${key}-off`;
  const trafficAllocation = [{ entityId: id, endOfRange: END_OF_RANGE }];
  return { ...ruleOf(`${key}-everyone-else`, []), variations: [variationOf(id, "off", false)], trafficAllocation };
}

function experimentOf({ name, shares }: LogicalRule): object {
  let endOfRange = 0;
  const trafficAllocation = shares.map(([text, percent]) => {
    endOfRange += (percent / 100) * END_OF_RANGE;
    return { entityId: `${name}-${text}`, endOfRange };
  });
  const variations = shares.map(([text]) => variationOf(`${name}-${text}`, text, true));
  return { ...ruleOf(name, [audienceId(name)]), variations, trafficAllocation };
}

function ruleOf(name: string, audienceIds: readonly string[]): object {
  return { id: name, key: name, layerId: name, status: "Running", audienceIds, forcedVariations: {} };
}

function variationOf(id: string, key: string, featureEnabled: boolean): object {
  return { id, key, featureEnabled, variables: [] };
}

function audienceId(rule: string): string {
  return `audience-of-${rule}`;
}

function audienceOf({ name, conditions }: LogicalRule): object {
  return { id: audienceId(name), name, conditions: ["and", ...conditions.map(conditionOf)] };
}

function conditionOf(condition: LogicalCondition): unknown[] {
  const leaf = (match: string, value: unknown): object => ({
    ...{ type: "custom_attribute", name: condition.attribute, match, value },
  });
  switch (condition.kind) {
    case "oneOf":
      return ["or", ...condition.values.map((value) => leaf("exact", value))];
    case "versionFrom":
      return ["or", leaf("semver_ge", condition.version)];
    case "numberIn":
      return ["and", leaf("ge", condition.from), leaf("lt", condition.below)];
  }
}
