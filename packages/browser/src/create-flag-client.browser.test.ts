/** The page's client in real Chromium: WebCrypto, IndexedDB, page events, keepalive. @module */
import {
  bundleBytes,
  createTestKeys,
  fullRollout,
  type RemoteEndpoint,
  type SealedBundle,
  split,
  startRemoteEndpoint,
  type TestKeys,
} from "@aplomb/testkit";
import { createStore, set } from "idb-keyval";
import { afterEach, beforeEach, describe, expect, inject, test, vi } from "vitest";
import { createFlagClient } from "./create-flag-client.js";
import type { ClientOptions, FlagClient } from "./index.js";
import { indexedDbStore } from "./indexed-db-store.js";
import { createUnsignedFlagClient } from "./unsigned.js";

const variants = [
  { name: "on", value: { enabled: true } },
  { name: "off", value: { enabled: false } },
];
const bundleOf = (rule: ReturnType<typeof split>) =>
  bundleBytes({ segments: { everyone: {} }, flags: { checkout: { variants, rules: [rule] } } });
const rolledOut = (variant: string) => bundleOf(fullRollout("all", "everyone", variant));
const halved = bundleOf(split("half", "everyone", { on: 50, off: 50 }));

/** A trust domain for each test: no two of them meet in IndexedDB. */
let keys: TestKeys;
let on: SealedBundle;
let off: SealedBundle;
let half: SealedBundle;
let endpoint: RemoteEndpoint;
let clients: FlagClient[] = [];

beforeEach(async () => {
  keys = await createTestKeys({ trustDomain: crypto.randomUUID() });
  on = await keys.seal(rolledOut("on"), { version: 1n });
  off = await keys.seal(rolledOut("off"), { version: 2n });
  half = await keys.seal(halved, { version: 3n });
  endpoint = await startRemoteEndpoint(inject("endpoint").url);
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.close({ timeoutMs: 0 })));
  clients = [];
});

function start(options: Partial<ClientOptions> = {}): FlagClient {
  const trust = { root: keys.rootEnvelope, audience: "web.test" };
  const client = createFlagClient({ endpoint: endpoint.url, clientKey: "public", trust, logger: null, ...options });
  clients.push(client);
  return client;
}

const bytesOf = (count: number) => new Uint8Array(count).fill(7);
/** A bundle as the store has it. */
const storedOf = ({ manifest: envelope, bundle, sha256 }: SealedBundle) => ({
  ...{ envelope, bundle, floor: { epoch: 1, version: 1, sha256 } },
});

/** Makes the page look hidden or visible, with the event that browsers send. */
function show(visibilityState: DocumentVisibilityState): void {
  Object.defineProperty(document, "visibilityState", { value: visibilityState, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}
afterEach(() => void Reflect.deleteProperty(document, "visibilityState"));

describe("createFlagClient in a page", () => {
  test("loads, verifies with WebCrypto, reads and exposes once", async () => {
    await endpoint.publish(on);
    const client = start();
    expect(await client.ready()).toMatchObject({ state: "READY", source: "network", bundleVersion: 1 });
    expect(client.getBooleanValue("checkout.enabled", false, { targetingKey: "u" })).toBe(true);
    client.getBooleanValue("checkout.enabled", false, { targetingKey: "u" });
    client.track("purchase");
    expect(await client.flush()).toEqual({ delivered: 2, pending: 0, dropped: 0 });
    expect(await endpoint.log()).toMatchObject({
      ...{ exposures: [{ flag: "checkout", variant: "on", unit: "u" }], events: ["purchase"], batches: 1 },
    });
  });

  test("asks for what is public without a key, and sends exposures with it", async () => {
    await endpoint.publish(on);
    const client = start();
    await client.ready();
    client.track("ping");
    await client.flush();
    const { requests } = await endpoint.log();
    const sent = requests.filter(({ method }) => method !== "OPTIONS");
    expect(sent.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined, "Bearer public"]);
    expect(requests.filter(({ method, path }) => method === "OPTIONS" && path.startsWith("/v1"))).toEqual([]);
  });

  test("refuses another trust domain's signature", async () => {
    await endpoint.publish(on);
    const { rootEnvelope: root } = await createTestKeys();
    const client = start({ trust: { root, audience: "web.test" } });
    await vi.waitUntil(() => client.status.error);
    expect(client.status).toMatchObject({ state: "NOT_READY", error: { code: "SIGNATURE" } });
    expect(client.getBooleanValue("checkout.enabled", false)).toBe(false);
  });

  test("A-09 starts from IndexedDB when nobody answers, verified again, and asks with its validator", async () => {
    await endpoint.publish(on);
    await start().ready();
    const name = `${keys.trust.root.trustDomain}/web.test`;
    await vi.waitUntil(async () => (await indexedDbStore().load(name)).bundles.length === 1);
    const again = start();
    expect(await again.ready()).toMatchObject({ state: "READY", source: "store", bundleVersion: 1 });
    await vi.waitUntil(() => again.status.confirmedAtMs > 0);
    const { requests } = await endpoint.log();
    expect(requests.filter(({ headers }) => headers["if-none-match"])).toHaveLength(1);
    await endpoint.close();
    const offline = start();
    expect(await offline.ready()).toMatchObject({ state: "READY", source: "store", bundleVersion: 1 });
    const { rootEnvelope: root } = await createTestKeys();
    expect(await start({ trust: { root, audience: "web.test" } }).ready({ timeoutMs: 100 })).toMatchObject({
      bundleVersion: 0,
    });
  });

  test.each<[string, (other: TestKeys) => Promise<unknown>]>([
    ["noise in the shape of a bundle", async () => ({ envelope: bytesOf(100), bundle: bytesOf(100), floor: {} })],
    ["4 MiB of junk", async () => ({ envelope: on.manifest, bundle: bytesOf(4 << 20), floor: {} })],
    ["another trust domain's bundle", async (other) => storedOf(await other.seal(rolledOut("on"), { version: 9n }))],
    [
      "another audience's",
      async () => storedOf(await keys.seal(rolledOut("on"), { version: 9n, audience: "tv.test" })),
    ],
    ["a manifest with another bundle", async () => ({ ...storedOf(on), bundle: off.bundle })],
  ])("A-11 %s in IndexedDB is refused, and what the network has is served and kept", async (_, recordOf) => {
    const name = `${keys.trust.root.trustDomain}/web.test`;
    await set(name, await recordOf(await createTestKeys()), createStore("aplomb", "bundles"));
    await set(` roots of ${name}`, [{ version: 2, envelope: bytesOf(64) }], createStore("aplomb", "bundles"));
    const client = start();
    expect(await client.ready({ timeoutMs: 300 })).toMatchObject({ bundleVersion: 0 });
    expect(client.getBooleanValue("checkout.enabled", false, { targetingKey: "u" })).toBe(false);
    await client.close();
    await endpoint.publish(off);
    const next = start();
    expect(await next.ready()).toMatchObject({ state: "READY", source: "network", bundleVersion: 2 });
    await vi.waitUntil(async () => (await indexedDbStore().load(name)).bundles[0]?.bundle.length === off.bundle.length);
  });

  test("A-11 an older bundle in IndexedDB serves until the network has a newer one, and never again", async () => {
    const name = `${keys.trust.root.trustDomain}/web.test`;
    await set(name, storedOf(on), createStore("aplomb", "bundles"));
    await endpoint.publish(off);
    const client = start();
    expect((await client.ready()).source).toBe("store");
    await vi.waitUntil(() => client.status.bundleVersion === 2);
    await endpoint.publish(on);
    await vi.waitUntil(async () => (await indexedDbStore().load(name)).bundles[0]?.floor.version === 2);
    expect((await start().ready()).bundleVersion).toBe(2);
  });

  test("hidden: sends what is queued, with keepalive, and rests; visible: catches up", async () => {
    const inits: RequestInit[] = [];
    const spying: typeof fetch = (url, init) => {
      if (init?.method === "POST") inits.push(init);
      return fetch(url, init);
    };
    await endpoint.publish(half);
    const client = start({ fetch: spying });
    await client.ready();
    for (let unit = 0; unit < 5; unit++) client.getBooleanValue("checkout.enabled", false, { targetingKey: `${unit}` });
    show("hidden");
    await vi.waitUntil(async () => (await endpoint.log()).exposures.length === 5);
    expect(inits.map(({ keepalive }) => keepalive)).toEqual([true]);
    show("hidden");
    window.dispatchEvent(new Event("pagehide"));
    expect(inits).toHaveLength(1);
    show("visible");
    await client.flush();
    expect((await endpoint.log()).exposures).toHaveLength(5);
  });

  test("streams when asked, with Connect loaded late", async () => {
    await endpoint.publish(on);
    const client = start({ refresh: { stream: true } });
    await client.ready();
    await vi.waitUntil(async () => (await endpoint.log()).watchers === 1, 5_000);
    await endpoint.publish(off);
    await endpoint.announce(2);
    await vi.waitUntil(() => client.status.bundleVersion === 2, 3_000);
    expect(client.getBooleanValue("checkout.enabled", true)).toBe(false);
    show("hidden");
    await vi.waitUntil(async () => (await endpoint.log()).watchers === 0, 3_000);
  });

  test("unsigned: believes any signer, and still no other bundle", async () => {
    await endpoint.publish(on);
    const options = { endpoint: endpoint.url, clientKey: "public", audience: "web.test", logger: null };
    const client = createUnsignedFlagClient(options);
    clients.push(client);
    expect(await client.ready()).toMatchObject({ state: "READY", bundleVersion: 1 });
    await endpoint.publish({ ...off, bundle: on.bundle });
    const other = createUnsignedFlagClient({
      ...options,
      store: {
        load: async () => ({ bundles: [], envelopes: [], roots: [] }),
        save: async () => {},
        saveRoots: async () => {},
      },
    });
    clients.push(other);
    await vi.waitUntil(() => other.status.error);
    expect(other.status.error?.code).toBe("HASH");
  });
});
