/** Everybody who takes part. @module */
import type { Contender } from "./contender.js";

/** A contender's place in tables. */
export interface Entry {
  /** As it is chosen on the command line. */
  readonly name: string;
  /** As tables call it. */
  readonly title: string;
  readonly kind: "floor" | "ours" | "peer";
  /** The npm package that is measured. */
  readonly packageName?: string;
  /** Loads its modules, and nobody else's. */
  readonly load: () => Promise<Contender>;
}

const ours = "ours" as const;
const peer = "peer" as const;
const aplombClient = () => import("./contenders/aplomb-client.js");
const aplombCore = () => import("./contenders/aplomb-core.js");

/** Everybody, in the order in which they take turns. */
export const ENTRIES: readonly Entry[] = [
  {
    name: "floor",
    title: "hand-written closures",
    kind: "floor",
    load: async () => (await import("./contenders/floor.js")).floor,
  },
  { name: "aplomb", title: "Aplomb client", kind: ours, load: async () => (await aplombClient()).aplombClient },
  {
    name: "aplomb-exposing",
    title: "Aplomb client, exposing",
    kind: ours,
    load: async () => (await aplombClient()).aplombExposing,
  },
  {
    name: "aplomb-value",
    title: "Aplomb evaluateValue",
    kind: ours,
    load: async () => (await aplombCore()).aplombValue,
  },
  {
    name: "aplomb-details",
    title: "Aplomb evaluate",
    kind: ours,
    load: async () => (await aplombCore()).aplombDetails,
  },
  {
    name: "flagd",
    title: "flagd-core",
    kind: peer,
    packageName: "@openfeature/flagd-core",
    load: async () => (await import("./contenders/flagd.js")).flagd,
  },
  {
    name: "amplitude",
    title: "Amplitude experiment-core",
    kind: peer,
    packageName: "@amplitude/experiment-core",
    load: async () => (await import("./contenders/amplitude.js")).amplitude,
  },
  {
    name: "statsig",
    title: "Statsig",
    kind: peer,
    packageName: "statsig-node",
    load: async () => (await import("./contenders/statsig.js")).statsig,
  },
  {
    name: "statsig-core",
    title: "Statsig core (Rust)",
    kind: peer,
    packageName: "@statsig/statsig-node-core",
    load: async () => (await import("./contenders/statsig-core.js")).statsigCore,
  },
  {
    name: "growthbook",
    title: "GrowthBook",
    kind: peer,
    packageName: "@growthbook/growthbook",
    load: async () => (await import("./contenders/growthbook.js")).growthbook,
  },
  {
    name: "configcat",
    title: "ConfigCat",
    kind: peer,
    packageName: "@configcat/sdk",
    load: async () => (await import("./contenders/configcat.js")).configcat,
  },
  {
    name: "unleash",
    title: "Unleash",
    kind: peer,
    packageName: "unleash-client",
    load: async () => (await import("./contenders/unleash.js")).unleash,
  },
  {
    name: "eppo",
    title: "Eppo",
    kind: peer,
    packageName: "@eppo/js-client-sdk-common",
    load: async () => (await import("./contenders/eppo.js")).eppo,
  },
  {
    name: "launchdarkly",
    title: "LaunchDarkly",
    kind: peer,
    packageName: "@launchdarkly/node-server-sdk",
    load: async () => (await import("./contenders/launchdarkly.js")).launchdarkly,
  },
  {
    name: "optimizely",
    title: "Optimizely",
    kind: peer,
    packageName: "@optimizely/optimizely-sdk",
    load: async () => (await import("./contenders/optimizely.js")).optimizely,
  },
];
