/** The Node client against an endpoint over real sockets, with faults in between. @module */
import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  bundleBytes,
  createSeededRandom,
  createTestKeys,
  createVirtualClock,
  fullRollout,
  split,
  until,
  type VirtualClock,
} from "@aplomb/testkit";
import { type FaultProxy, startFaultProxy } from "@aplomb/testkit/fault-proxy";
import { startTestEndpoint, type TestEndpoint } from "@aplomb/testkit/test-endpoint";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFlagClient } from "./create-flag-client.js";
import { fileStore } from "./file-store.js";
import type { ClientOptions, DeliveryCounters, FlagClient } from "./index.js";

const everyone = { everyone: {} };
const variants = [
  { name: "on", value: { enabled: true } },
  { name: "off", value: { enabled: false } },
];
const rolledOut = (variant: string) =>
  bundleBytes({
    segments: everyone,
    flags: { checkout: { variants, rules: [fullRollout("all", "everyone", variant)] } },
  });
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

const isManifest = ({ path }: { path: string }) => path.endsWith("/manifest");
const isPublish = ({ path }: { path: string }) => path.endsWith("/PublishExposures");
const user = { targetingKey: "user-1" };

/** Moves virtual time while real answers come in: in steps shorter than any time-out, with a real moment after each. */
async function live(clock: VirtualClock, byMs: number): Promise<void> {
  for (let step = 0; step < byMs; step += 2_500) {
    await clock.advance(2_500);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("createFlagClient", () => {
  test("loads, reads, exposes once, and says so", async () => {
    endpoint.publish(versions.on);
    const client = start();
    expect(client.getBooleanDetails("checkout.enabled", false)).toMatchObject({ errorCode: "PROVIDER_NOT_READY" });
    expect(await client.ready()).toMatchObject({ state: "READY", source: "network", bundleVersion: 1 });
    expect(client.getBooleanValue("checkout.enabled", false, user)).toBe(true);
    expect(client.getBooleanValue("checkout.enabled", false, user)).toBe(true);
    expect(await client.flush()).toEqual({ delivered: 1, pending: 0, dropped: 0 });
    expect(endpoint.batches.flatMap((batch) => batch.exposures)).toMatchObject([{ flag: "checkout", variant: "on" }]);
  });

  test("sends its key with every request, and no cookie", async () => {
    endpoint.publish(versions.on);
    const client = start();
    await client.ready();
    client.track("purchase", { value: 3 }, user);
    await client.flush();
    expect(endpoint.requests.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill("Bearer secret"));
    expect(endpoint.requests.some(({ headers }) => headers.cookie !== undefined)).toBe(false);
    expect(endpoint.batches[0]).toMatchObject({ audience: "api.test", trackEvents: [{ name: "purchase", value: 3 }] });
  });

  test("A-02 D1 a bad body never leaves its validator behind", async () => {
    const clock = createVirtualClock(Date.now());
    endpoint.publish(versions.on, '"E"');
    proxy.setRule((request) => {
      if (request.headers["if-none-match"] === '"E"') return { kind: "answer", status: 304, headers: { etag: '"E"' } };
      return isManifest(request) && request.index < 3 ? { kind: "flip", atByte: 60 } : undefined;
    });
    const client = start({ clock });
    await until(() => client.status.error !== undefined);
    expect(client.status).toMatchObject({ state: "NOT_READY", error: { code: "SIGNATURE" } });
    while (!client.getBooleanValue("checkout.enabled", false, user)) await live(clock, 2_500);
    expect(client.status).toMatchObject({ state: "READY", bundleVersion: 1 });
    expect(proxy.requests.some(({ headers }) => "if-none-match" in headers)).toBe(false);
  });

  test("A-10 D2 without a network ready settles, defaults answer, and two polls later flags do", async () => {
    const clock = createVirtualClock(Date.now());
    endpoint.publish(versions.on);
    proxy.setRule(() => ({ kind: "reset" }));
    const client = start({ clock });
    const settled = client.ready();
    await until(() => client.status.error !== undefined);
    await clock.advance(5_000);
    expect(await settled).toMatchObject({ state: "ERROR", error: { code: "UNREACHABLE" } });
    expect(client.getBooleanValue("checkout.enabled", false, user)).toBe(false);
    await live(clock, 120_000);
    proxy.setRule(undefined);
    await live(clock, 60_000);
    expect(client.status.state).toBe("READY");
    expect(client.getBooleanValue("checkout.enabled", false, user)).toBe(true);
  });

  test("A-09 without a network the stored bundle answers, verified again", async () => {
    const directory = await mkdtemp(join(tmpdir(), "aplomb-"));
    endpoint.publish(versions.on);
    await start({ store: fileStore(directory) }).ready();
    await until(() => readdirSync(directory).some((name) => name.endsWith(".floor")));
    proxy.setRule(() => ({ kind: "reset" }));
    const offline = start({ store: fileStore(directory) });
    expect(await offline.ready()).toMatchObject({ state: "READY", source: "store", bundleVersion: 1 });
    expect(offline.getBooleanValue("checkout.enabled", false, user)).toBe(true);
    const foreign = { root: (await createTestKeys({ audience: "api.test" })).rootEnvelope, audience: "api.test" };
    const distrustful = start({ store: fileStore(directory), trust: foreign });
    expect(await distrustful.ready({ timeoutMs: 200 })).toMatchObject({ state: "ERROR", bundleVersion: 0 });
    await rm(directory, { recursive: true });
  });

  test("A-09 what is kept and past its freshness answers at once, and says that it is stale", async () => {
    const directory = await mkdtemp(join(tmpdir(), "aplomb-"));
    const freshUntilMs = BigInt(Date.now() - 1_000);
    const issuedAtMs = BigInt(Date.now() - 2_000);
    const old = await keys.seal(rolledOut("on"), { version: 4n, issuedAtMs, freshUntilMs });
    const floor = { epoch: 1, version: 4, sha256: old.sha256 };
    await fileStore(directory).save("test/api.test", { envelope: old.manifest, bundle: old.bundle, floor });
    proxy.setRule(() => ({ kind: "reset" }));
    const startedMs = performance.now();
    const client = start({ store: fileStore(directory) });
    expect(await client.ready()).toMatchObject({ state: "STALE", source: "store", bundleVersion: 4 });
    expect(client.getBooleanValue("checkout.enabled", false, user)).toBe(true);
    if (process.env.APLOMB_DEEP === "1") expect(performance.now() - startedMs).toBeLessThanOrEqual(50);
    await rm(directory, { recursive: true });
  });

  test("an announced version is fetched within about a second", async () => {
    endpoint.publish(versions.on);
    const client = start({ endpoint: endpoint.url, refresh: { stream: true } });
    await client.ready();
    const changes: unknown[] = [];
    client.on("configurationChanged", (change) => changes.push(change));
    await until(() => endpoint.watchers === 1);
    endpoint.publish(versions.off);
    endpoint.announce(2);
    await until(() => client.status.bundleVersion === 2, 2_000);
    expect(changes).toEqual([{ flagsChanged: ["checkout"], bundleVersion: 2 }]);
    expect(client.getBooleanValue("checkout.enabled", true, user)).toBe(false);
  });

  test.each([
    [
      "a redirect",
      "N-09",
      { kind: "answer", status: 302, headers: { location: "/v1/api.test/manifest" } },
      "UNREACHABLE",
    ],
    ["a portal's page", "N-12", { kind: "answer", status: 200, body: "<!DOCTYPE html>" }, "MALFORMED"],
    ["an empty body", "N-12", { kind: "answer", status: 200, body: "" }, "MALFORMED"],
    ["an endless body", "P-02", { kind: "answer", status: 200, body: new Uint8Array(70_000) }, "LIMIT"],
    ["a truncated body", "N-08", { kind: "truncate", afterBytes: 20 }, "UNREACHABLE"],
    ["an unasked 304", "A-03", { kind: "answer", status: 304 }, "MALFORMED"],
    ["a refusal", "N-05", { kind: "answer", status: 403 }, "REFUSED"],
    ["an overload", "N-05", { kind: "answer", status: 503 }, "UNREACHABLE"],
  ] as const)("%s for a manifest is refused (%s)", async (_name, _id, fault, code) => {
    endpoint.publish(versions.on);
    proxy.setRule((request) => (isManifest(request) ? fault : undefined));
    const client = start();
    await until(() => client.status.error !== undefined);
    expect(client.status).toMatchObject({ state: "NOT_READY", error: { code } });
    expect(proxy.requests).toHaveLength(1);
  });

  test("N-06 N-07 an endpoint that falls silent is given up after five seconds", async () => {
    const clock = createVirtualClock(Date.now());
    endpoint.publish(versions.on);
    proxy.setRule((request) => (isManifest(request) ? { kind: "hang" } : undefined));
    const client = start({ clock });
    await until(() => proxy.requests.length === 1);
    await clock.advance(4_999);
    expect(client.status.error?.code).not.toBe("UNREACHABLE");
    await clock.advance(1);
    await until(() => client.status.error?.code === "UNREACHABLE");
    expect(client.status.error?.message).toContain("nothing came for 5000 ms");
  });

  test("E-02 answers lost after the commit make duplicates, and never a second row", async () => {
    const clock = createVirtualClock(Date.now());
    const random = createSeededRandom(2);
    endpoint.publish(versions.halved);
    let lost = 0;
    proxy.setRule((request) => {
      if (!isPublish(request) || random.next() > 0.3) return undefined;
      lost++;
      return { kind: "drop_response" };
    });
    const client = start({ clock });
    await client.ready();
    for (let batch = 0; batch < 100; batch++) {
      for (let unit = 0; unit < 5; unit++)
        client.getBooleanValue("checkout.enabled", false, { targetingKey: `${batch}-${unit}` });
      let isFlushed = false;
      void client.flush({ timeoutMs: 600_000 }).then(() => {
        isFlushed = true;
      });
      while (!isFlushed) await clock.advance(1_000);
    }
    const rows = endpoint.batches.flatMap((batch) => batch.exposures.map(({ unit }) => unit));
    expect([rows.length, new Set(rows).size]).toEqual([500, 500]);
    expect(lost).toBeGreaterThan(15);
    expect(endpoint.duplicates).toBe(lost);
  });

  test("E-14 close gives up in time and counts everything", async () => {
    endpoint.publish(versions.halved);
    let counters: DeliveryCounters | undefined;
    const onDelivery = (next: DeliveryCounters) => {
      counters = next;
    };
    const client = start({ hooks: { onDelivery } });
    await client.ready();
    proxy.setRule((request) => (isPublish(request) ? { kind: "delay", delayMs: 200 } : undefined));
    for (let unit = 0; unit < 5_000; unit++)
      client.getBooleanValue("checkout.enabled", false, { targetingKey: `${unit}` });
    const startedMs = performance.now();
    const counts = await client.close({ timeoutMs: 500 });
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    expect(counts.pending).toBe(0);
    expect(counts.delivered).toBeGreaterThan(0);
    expect(counts.delivered + counts.dropped).toBe(5_000);
    expect(counters).toMatchObject({ enqueued: 5_000, acked: counts.delivered, dropped: { closed: counts.dropped } });
    expect(await client.close()).toBe(counts);
  });
});
