/** Statsig's Node SDK in local mode, fed by its bootstrap. @module */
import { StatsigServer, type StatsigUser } from "statsig-node";
import { type Contender, jsonFile, readText } from "../contender.js";
import type { BenchContext } from "../contexts.js";
import { NO_TEXT } from "../logical-flag.js";
import { statsigConfigOf, statsigGateOf } from "../statsig-specs.js";

const withoutExposure = { disableExposureLogging: true };

/** A server that logs no exposures. It keeps up to 100,000 hashes of units, so the contexts are hashed once. */
export const statsig: Contender = {
  deliver: (flags) =>
    jsonFile({
      has_updates: true,
      time: 1,
      feature_gates: flags.filter(({ type }) => type === "boolean").map(statsigGateOf),
      dynamic_configs: flags.filter(({ type }) => type === "text").map(statsigConfigOf),
      layer_configs: [],
    }),
  async open(delivery) {
    const server = new StatsigServer("secret-bench", {
      bootstrapValues: readText(delivery),
      localMode: true,
      disableRulesetsSync: true,
      disableIdListsSync: true,
      disableDiagnostics: true,
      initStrategyForIP3Country: "none",
      initStrategyForIDLists: "none",
    });
    await server.initializeAsync();
    return {
      contextOf: ({ targetingKey, country, email, ...custom }: BenchContext): StatsigUser => ({
        userID: targetingKey,
        country,
        email,
        custom,
      }),
      isOn: (key, user: StatsigUser) => server.checkGate(user, key, withoutExposure),
      textOf: (key, user: StatsigUser) => server.getConfig(user, key, withoutExposure).get("value", NO_TEXT),
    };
  },
};
