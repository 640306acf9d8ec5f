/** LaunchDarkly's Node SDK, fed by its file data source. @module */
import { init, type LDContext } from "@launchdarkly/node-server-sdk";
import { FileDataSourceFactory } from "@launchdarkly/node-server-sdk/integrations";
import { type Contender, FLAGS_FILE, jsonFile } from "../contender.js";
import type { BenchContext } from "../contexts.js";
import { type LogicalCondition, type LogicalFlag, type LogicalRule, NO_TEXT } from "../logical-flag.js";

const quiet = { error() {}, warn() {}, info() {}, debug() {} };

/** A client that sends no events. Its getters answer with promises. */
export const launchdarkly: Contender = {
  isAsync: true,
  deliver: (flags) =>
    jsonFile({ flags: Object.fromEntries(flags.map((flag) => [flag.key, flagOf(flag)])), segments: {} }),
  async open(delivery) {
    const source = new FileDataSourceFactory({ paths: [delivery.pathOf(FLAGS_FILE)], logger: quiet });
    const client = init("sdk-key", {
      updateProcessor: source.getFactory(),
      sendEvents: false,
      diagnosticOptOut: true,
      logger: quiet,
    });
    await client.waitForInitialization({ timeout: 60 });
    return {
      contextOf: ({ targetingKey, ...attributes }: BenchContext): LDContext => ({
        kind: "user",
        key: targetingKey,
        ...attributes,
      }),
      isOn: (key, context: LDContext) => client.boolVariation(key, context, false),
      textOf: (key, context: LDContext) => client.stringVariation(key, context, NO_TEXT),
    };
  },
};

function flagOf({ key, type, rules }: LogicalFlag): object {
  const names =
    type === "boolean"
      ? ["true", "false"]
      : [...new Set(rules.flatMap(({ shares }) => shares.map(([name]) => name))), NO_TEXT];
  const off = names.length - 1;
  return {
    key,
    on: true,
    variations: names.map((name) => (type === "boolean" ? name === "true" : name)),
    fallthrough: { variation: off },
    offVariation: off,
    rules: rules.map((rule) => ruleOf(rule, names)),
    targets: [],
    contextTargets: [],
    prerequisites: [],
    salt: key,
    version: 1,
    trackEvents: false,
  };
}

function ruleOf({ name, conditions, shares }: LogicalRule, names: readonly string[]): object {
  const weights = shares.map(([text, percent]) => ({ variation: names.indexOf(text), weight: percent * 1_000 }));
  const outcome =
    weights.length === 1
      ? { variation: weights[0]?.variation }
      : { rollout: { contextKind: "user", variations: weights } };
  return { id: name, clauses: conditions.flatMap(clausesOf), ...outcome, trackEvents: false };
}

function clausesOf(condition: LogicalCondition): object[] {
  const subject = { contextKind: "user", attribute: condition.attribute, negate: false };
  switch (condition.kind) {
    case "oneOf":
      return [{ ...subject, op: "in", values: condition.values }];
    case "versionFrom":
      return [{ ...subject, op: "semVerLessThan", values: [condition.version], negate: true }];
    case "numberIn":
      return [
        { ...subject, op: "greaterThanOrEqual", values: [condition.from] },
        { ...subject, op: "lessThan", values: [condition.below] },
      ];
  }
}
