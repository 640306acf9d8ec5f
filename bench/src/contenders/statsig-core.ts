/** Statsig's newer Node SDK, whose evaluator is written in Rust, fed by a data store. @module */
import { Statsig, StatsigUser } from "@statsig/statsig-node-core";
import { type Contender, jsonFile, readText } from "../contender.js";
import type { BenchContext } from "../contexts.js";
import { type LogicalFlag, NO_TEXT } from "../logical-flag.js";
import { type StatsigCondition, type StatsigSpec, statsigConfigOf, statsigGateOf } from "../statsig-specs.js";

const withoutExposure = { disableExposureLogging: true };

/** A client without network or logging. Its users are handles of native memory, made ahead as everybody's contexts are. */
export const statsigCore: Contender = {
  deliver(flags) {
    const conditions: Record<string, StatsigCondition> = {};
    return jsonFile({
      ...{ has_updates: true, time: 1, response_format: "dcs-v2", experiment_to_layer: {}, layer_configs: {} },
      feature_gates: specsOf(flags, "boolean", conditions),
      dynamic_configs: specsOf(flags, "text", conditions),
      condition_map: conditions,
    });
  },
  async open(delivery) {
    const statsig = new Statsig("secret-bench", {
      dataStore: {
        initialize: async () => {},
        get: async () => ({ result: readText(delivery), time: 1 }),
        supportPollingUpdatesFor: async () => false,
      },
      initTimeoutMs: 60_000,
      disableNetwork: true,
      disableAllLogging: true,
      disableCountryLookup: true,
      enableIdLists: false,
      outputLogLevel: "none",
    });
    const { isSuccess, error } = await statsig.initialize();
    if (!isSuccess) throw new Error(`statsig-node-core did not start: ${error}`);
    return {
      contextOf: ({ targetingKey, country, email, ...custom }: BenchContext): StatsigUser =>
        new StatsigUser({ userID: targetingKey, country, email, custom }),
      isOn: (key, user: StatsigUser) => statsig.checkGate(user, key, withoutExposure),
      textOf: (key, user: StatsigUser) =>
        statsig.getDynamicConfig(user, key, withoutExposure).getValue("value", NO_TEXT) as string,
    };
  },
};

/** Specs by name, with their conditions moved to a map that all share. */
function specsOf(
  flags: readonly LogicalFlag[],
  type: LogicalFlag["type"],
  conditions: Record<string, StatsigCondition>,
): Record<string, object> {
  const specOf = (flag: LogicalFlag): StatsigSpec => (type === "boolean" ? statsigGateOf(flag) : statsigConfigOf(flag));
  const ofType = flags.filter((flag) => flag.type === type);
  return Object.fromEntries(
    ofType.map((flag) => {
      const spec = specOf(flag);
      const rules = spec.rules.map((rule) => ({
        ...rule,
        conditions: rule.conditions.map((condition, place) => {
          const id = `${rule.id}-${place}`;
          conditions[id] = condition;
          return id;
        }),
      }));
      return [flag.key, { ...spec, rules }];
    }),
  );
}
