/** Eppo's client, the part that its SDKs share. @module */
import {
  type Attributes,
  EppoClient,
  type Flag,
  type IConfigurationStore,
  MemoryOnlyConfigurationStore,
} from "@eppo/js-client-sdk-common";
import { type Contender, jsonFile, readJson } from "../contender.js";
import type { BenchContext } from "../contexts.js";
import { type LogicalCondition, type LogicalFlag, type LogicalRule, NO_TEXT } from "../logical-flag.js";

const TOTAL_SHARDS = 10_000;

/** A subject: its key and its attributes. */
interface Subject {
  readonly key: string;
  readonly attributes: Attributes;
}

/** A client over a store in memory. No allocation is logged. */
export const eppo: Contender = {
  deliver: (flags) => jsonFile(Object.fromEntries(flags.map((flag) => [flag.key, flagOf(flag)]))),
  async open(delivery) {
    const store: IConfigurationStore<Flag> = new MemoryOnlyConfigurationStore<Flag>();
    await store.setEntries(readJson(delivery));
    store.setFormat("SERVER" as NonNullable<ReturnType<typeof store.getFormat>>);
    const client = new EppoClient({
      flagConfigurationStore: store,
      eventDispatcher: { attachContext() {}, dispatch() {} },
    });
    return {
      contextOf: ({ targetingKey, ...attributes }: BenchContext): Subject => ({ key: targetingKey, attributes }),
      isOn: (key, subject: Subject) => client.getBooleanAssignment(key, subject.key, subject.attributes, false),
      textOf: (key, subject: Subject) => client.getStringAssignment(key, subject.key, subject.attributes, NO_TEXT),
    };
  },
};

function flagOf({ key, type, rules }: LogicalFlag): object {
  const names = new Set(rules.flatMap(({ shares }) => shares.map(([name]) => name)));
  const variations = [...names].map((name) => [
    name,
    { key: name, value: type === "boolean" ? name === "true" : name },
  ]);
  return {
    key,
    enabled: true,
    variationType: type === "boolean" ? "BOOLEAN" : "STRING",
    variations: Object.fromEntries(variations),
    allocations: rules.map(allocationOf),
    totalShards: TOTAL_SHARDS,
  };
}

function allocationOf({ name, conditions, shares }: LogicalRule): object {
  let start = 0;
  const splits = shares.map(([variationKey, percent]) => {
    const range = { start, end: start + (percent / 100) * TOTAL_SHARDS };
    start = range.end;
    return { variationKey, shards: shares.length === 1 ? [] : [{ salt: name, ranges: [range] }] };
  });
  return { key: name, rules: [{ conditions: conditions.flatMap(conditionsOf) }], splits, doLog: false };
}

function conditionsOf(condition: LogicalCondition): object[] {
  const { attribute } = condition;
  switch (condition.kind) {
    case "oneOf":
      return [{ attribute, operator: "ONE_OF", value: condition.values }];
    case "versionFrom":
      return [{ attribute, operator: "GTE", value: condition.version }];
    case "numberIn":
      return [
        { attribute, operator: "GTE", value: condition.from },
        { attribute, operator: "LT", value: condition.below },
      ];
  }
}
