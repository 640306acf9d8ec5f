/** The entry point without signatures: everything else is still checked. @module */
import { bundleBytes, createTestKeys, fullRollout, until } from "@aplomb/testkit";
import { startTestEndpoint } from "@aplomb/testkit/test-endpoint";
import { describe, expect, test } from "vitest";
import { createUnsignedFlagClient } from "./unsigned.js";

const variants = [{ name: "on", value: { enabled: true } }];
const flags = { checkout: { variants, rules: [fullRollout("all", "everyone", "on")] } };
const bytes = bundleBytes({ segments: { everyone: {} }, flags });
const keys = await createTestKeys({ audience: "api.test" });
const sealed = await keys.seal(bytes);
const mixed = { ...sealed, bundle: new Uint8Array(bytes.length) };

describe("createUnsignedFlagClient", () => {
  test.each([
    { name: "believes any signer", served: sealed, audience: "api.test", code: undefined, on: true },
    { name: "refuses a foreign audience", served: sealed, audience: "other", code: "AUDIENCE", on: false },
    { name: "refuses another bundle", served: mixed, audience: "api.test", code: "HASH", on: false },
  ])("$name", async ({ served, audience, code, on }) => {
    const endpoint = await startTestEndpoint();
    endpoint.publish(served);
    const client = createUnsignedFlagClient({ endpoint: endpoint.url, clientKey: "key", audience, logger: null });
    await until(() => client.status.state === "READY" || client.status.error !== undefined);
    expect([client.status.error?.code, client.getBooleanValue("checkout.enabled", false)]).toEqual([code, on]);
    await client.close();
    await endpoint.close();
  });
});
