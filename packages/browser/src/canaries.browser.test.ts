/** W-13 in Chromium: all that a page sends and keeps holds nothing of a context but the unit, and no key but the public one. @module */
import { bundleBytes, createTestKeys, split, startRemoteEndpoint } from "@aplomb/testkit";
import { expect, inject, test, vi } from "vitest";
import { createFlagClient } from "./create-flag-client.js";
import { indexedDbStore } from "./indexed-db-store.js";

const canary = "canary.boss@shop.example";
const variants = [
  { name: "on", value: { enabled: true } },
  { name: "off", value: { enabled: false } },
];

test("W-13 in Chromium, a context full of canaries: none is on the network, in storage or in the console", async () => {
  const keys = await createTestKeys({ trustDomain: crypto.randomUUID() });
  const flags = { checkout: { variants, rules: [split("r", "everyone", { on: 50, off: 50 })] } };
  const endpoint = await startRemoteEndpoint(inject("endpoint").url);
  await endpoint.publish(await keys.seal(bundleBytes({ segments: { everyone: {} }, flags })));
  const captured: string[] = [];
  const spying: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const body = new TextDecoder("latin1").decode(await request.clone().arrayBuffer());
    captured.push([request.url, ...[...request.headers].flat(), body, request.credentials].join("\n"));
    return fetch(request);
  };
  const lines: string[] = [];
  const client = createFlagClient({
    ...{ endpoint: endpoint.url, clientKey: "public-key", trust: { root: keys.rootEnvelope, audience: "web.test" } },
    ...{ fetch: spying, logger: { warn: (line) => lines.push(line) }, store: indexedDbStore() },
    context: { targetingKey: "unit-1", email: canary, plan: { secret: canary }, [canary]: true },
    sendAttributes: ["amount"],
  });
  await client.ready();
  for (let unit = 0; unit < 20; unit++) {
    client.getBooleanValue("checkout.enabled", false, { targetingKey: `unit-${unit}`, phone: canary });
  }
  client.track("purchase", { amount: 3, email: canary, note: canary } as never);
  client.getBooleanValue(`${canary}.enabled`, false);
  await client.flush();
  await vi.waitUntil(async () => (await endpoint.log()).exposures.length === 20);

  const name = `${keys.trust.root.trustDomain}/web.test`;
  await vi.waitUntil(async () => (await indexedDbStore().load(name)).bundles.length === 1);
  const kept = (await indexedDbStore().load(name)).bundles.map(({ envelope, bundle, validator }) =>
    [envelope, bundle].map((bytes) => new TextDecoder("latin1").decode(bytes)).concat(validator ?? ""),
  );
  const storage = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie];
  expect(captured.length).toBeGreaterThanOrEqual(3);
  expect(captured.join("\n")).toContain("unit-19");
  for (const text of [...captured, ...kept.flat(), ...storage, ...lines])
    expect(text).not.toMatch(/canary|shop\.example/);
  for (const { headers } of (await endpoint.log()).requests) {
    expect(JSON.stringify(headers)).not.toMatch(/canary/);
    expect(headers.cookie).toBeUndefined();
    expect([undefined, "Bearer public-key"]).toContain(headers.authorization);
  }
  await client.close({ timeoutMs: 0 });
});
