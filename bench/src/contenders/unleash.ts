/** Unleash's Node client, fed by its bootstrap. @module */
import { type Context, InMemStorageProvider, Unleash } from "unleash-client";
import { type Contender, jsonFile, readJson } from "../contender.js";
import type { BenchContext } from "../contexts.js";
import { type LogicalCondition, type LogicalFlag, type LogicalRule, NO_TEXT } from "../logical-flag.js";

/** A client that never polls and counts no metrics. */
export const unleash: Contender = {
  deliver: (flags) => jsonFile(flags.map(featureOf)),
  async open(delivery) {
    const client = new Unleash({
      appName: "bench",
      url: "http://127.0.0.1:9/",
      bootstrap: { data: readJson(delivery) },
      storageProvider: new InMemStorageProvider(),
      refreshInterval: 0,
      disableMetrics: true,
      skipInstanceCountWarning: true,
      disableAutoStart: true,
    });
    client.on("error", () => {});
    const ready = new Promise<void>((resolve) => client.once("ready", () => resolve()));
    void client.start();
    await ready;
    return {
      contextOf: ({ targetingKey, beta, ...properties }: BenchContext): Context => ({
        userId: targetingKey,
        properties: { ...properties, beta: String(beta) },
      }),
      isOn: (key, context: Context) => client.isEnabled(key, context),
      textOf: (key, context: Context) => client.getVariant(key, context, { name: NO_TEXT, enabled: false }).name,
    };
  },
};

function featureOf({ key, type, rules }: LogicalFlag): object {
  return { name: key, type: "release", enabled: true, strategies: rules.map((rule) => strategyOf(rule, type)) };
}

/** Of a boolean flag the strategy is on for the share of "true"; of a text flag for everybody, in variants. */
function strategyOf({ name, conditions, shares }: LogicalRule, type: LogicalFlag["type"]): object {
  const rollout = type === "boolean" ? String(shares[0]?.[1] ?? 0) : "100";
  const variants = shares.map(([text, percent]) => ({ name: text, weight: percent * 10, stickiness: "default" }));
  return {
    name: "flexibleRollout",
    constraints: conditions.flatMap(constraintsOf),
    parameters: { rollout, stickiness: "default", groupId: name },
    ...(type === "boolean" ? {} : { variants }),
  };
}

function constraintsOf(condition: LogicalCondition): object[] {
  const contextName = condition.attribute;
  switch (condition.kind) {
    case "oneOf":
      return [{ contextName, operator: "IN", values: condition.values }];
    case "versionFrom":
      return [{ contextName, operator: "SEMVER_GTE", value: condition.version, values: [] }];
    case "numberIn":
      return [
        { contextName, operator: "NUM_GTE", value: String(condition.from), values: [] },
        { contextName, operator: "NUM_LT", value: String(condition.below), values: [] },
      ];
  }
}
