/** ConfigCat's SDK, fed by its cache, read through a snapshot. @module */
import {
  createConsoleLogger,
  getClient,
  type IUser,
  LogLevel,
  PollingMode,
  SettingType,
  UserComparator,
} from "@configcat/sdk/node";
import { type Contender, jsonFile, readText } from "../contender.js";
import type { BenchContext } from "../contexts.js";
import { type LogicalCondition, type LogicalFlag, type LogicalRule, NO_TEXT } from "../logical-flag.js";

let opened = 0;

/** A client that is offline and logs nothing. */
export const configcat: Contender = {
  deliver: (flags) =>
    jsonFile({
      p: { u: "http://127.0.0.1:9", r: 0, s: "salt" },
      f: Object.fromEntries(flags.map((flag) => [flag.key, settingOf(flag)])),
    }),
  async open(delivery) {
    const cached = `${Date.now()}\nbench\n${readText(delivery)}`;
    const sdkKey = `bench-${String(opened++).padStart(16, "0")}/${"0".repeat(22)}`;
    const client = getClient(sdkKey, PollingMode.ManualPoll, {
      offline: true,
      cache: { get: () => cached, set() {} },
      logger: createConsoleLogger(LogLevel.Off),
    });
    await client.waitForReady();
    const snapshot = client.snapshot();
    return {
      contextOf: ({ targetingKey, email, country, beta, ...custom }: BenchContext): IUser => ({
        identifier: targetingKey,
        email,
        country,
        custom: { ...custom, beta: String(beta) },
      }),
      isOn: (key, user: IUser) => snapshot.getValue(key, false, user),
      textOf: (key, user: IUser) => snapshot.getValue(key, NO_TEXT, user),
    };
  },
};

function settingOf({ type, rules }: LogicalFlag): object {
  const t = type === "boolean" ? SettingType.Boolean : SettingType.String;
  const v = settingValue(type === "boolean" ? "false" : NO_TEXT, type);
  return { t, v, i: "off", r: rules.map((rule) => ruleOf(rule, type)) };
}

function ruleOf({ conditions, shares }: LogicalRule, type: LogicalFlag["type"]): object {
  const c = conditions.flatMap(comparisonsOf).map((u) => ({ u }));
  const served = shares.map(([name, percent]) => ({ p: percent, v: settingValue(name, type), i: name }));
  const [first] = served;
  return shares.length === 1 ? { c, s: { v: first?.v, i: first?.i } } : { c, p: served };
}

function settingValue(name: string, type: LogicalFlag["type"]): object {
  return type === "boolean" ? { b: name === "true" } : { s: name };
}

function comparisonsOf(condition: LogicalCondition): object[] {
  const a = condition.attribute === "country" ? "Country" : condition.attribute;
  switch (condition.kind) {
    case "oneOf":
      return [{ a, c: UserComparator.TextIsOneOf, l: condition.values }];
    case "versionFrom":
      return [{ a, c: UserComparator.SemVerGreaterOrEquals, s: condition.version }];
    case "numberIn":
      return [
        { a, c: UserComparator.NumberGreaterOrEquals, d: condition.from },
        { a, c: UserComparator.NumberLess, d: condition.below },
      ];
  }
}
