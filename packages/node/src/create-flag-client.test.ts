/** The Node client against an endpoint over real sockets, with faults in between. @module */
import { bundleBytes, createTestKeys, fullRollout, split, until } from "@aplomb/testkit";
import { type FaultProxy, startFaultProxy } from "@aplomb/testkit/fault-proxy";
import { startTestEndpoint, type TestEndpoint } from "@aplomb/testkit/test-endpoint";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFlagClient } from "./create-flag-client.js";
import type { ClientOptions, FlagClient } from "./index.js";

const everyone = { everyone: {} };
const variants = [
  { name: "on", value: { enabled: true } },
  { name: "off", value: { enabled: false } },
];
const rolledOut = (variant: string) =>
  bundleBytes({ segments: everyone, flags: { checkout: { variants, rules: [fullRollout("all", "everyone", variant)] } } });
const halved = bundleBytes({
  segments: everyone,
  flags: { checkout: { variants, rules: [split("half", "everyone", { on: 50, off: 50 })] } },
});
const keys = await createTestKeys({ audience: "api.test" });
const versions = {
  on: await keys.seal(rolledOut("on"), { version: 1n }),
  off: await keys.seal(rolledOut("off"), { version: 2n }),
  halved: await keys.seal(halved, { version: 3n }),
};

let endpoint: TestEndpoint;
let proxy: FaultProxy;
let clients: FlagClient[] = [];

beforeEach(async () => {
  endpoint = await startTestEndpoint();
  proxy = await startFaultProxy(endpoint.url);
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.close({ timeoutMs: 0 })));
  clients = [];
  await proxy.close();
  await endpoint.close();
});

function start(options: Partial<ClientOptions> = {}): FlagClient {
  const trust = { root: keys.rootEnvelope, audience: "api.test" };
  const client = createFlagClient({ endpoint: proxy.url, clientKey: "secret", trust, logger: null, ...options });
  clients.push(client);
  return client;
}

describe("createFlagClient", () => {
  test("loads, reads, exposes once, and says so", async () => {
    endpoint.publish(versions.on);
    const client = start();
    expect(client.getBooleanDetails("checkout.enabled", false)).toMatchObject({ errorCode: "PROVIDER_NOT_READY" });
    expect(await client.ready()).toMatchObject({ state: "READY", source: "network", bundleVersion: 1 });
    expect(client.getBooleanValue("checkout.enabled", false, { targetingKey: "u" })).toBe(true);
    expect(client.getBooleanValue("checkout.enabled", false, { targetingKey: "u" })).toBe(true);
    expect(await client.flush()).toEqual({ delivered: 1, pending: 0, dropped: 0 });
    expect(endpoint.batches.flatMap((batch) => batch.exposures)).toMatchObject([{ flag: "checkout", variant: "on" }]);
  });
});
