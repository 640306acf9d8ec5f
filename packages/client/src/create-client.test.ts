/** The client as a whole, on virtual time, with a source and a sink in memory. @module */
import { type FlagError, isFlagError } from "@aplomb/core";
import { type SealedBundle, until } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import type { ClientOptions } from "./client-options.js";
import { createClient } from "./create-client.js";
import type { DeliveryCounters } from "./delivery-counters.js";
import type { ClientControls, Host } from "./host.js";
import type { Announcement } from "./refresh-source.js";
import { RequestError } from "./retry/request-error.js";
import { createMemorySink } from "./testing/memory-sink.js";
import { createMemorySource } from "./testing/memory-source.js";
import { AUDIENCE, halved, keys, rolledOut, seal } from "./testing/sealed-bundles.js";
import { createTestHost } from "./testing/test-host.js";

const [on, off] = await Promise.all([
  seal({ checkout: rolledOut("on"), steady: rolledOut("on") }, { version: 1n }),
  seal({ checkout: rolledOut("off"), steady: rolledOut("on") }, { version: 2n }),
]);
const half = await seal({ checkout: halved }, { version: 1n });

function started(
  options: Partial<ClientOptions> = {},
  hostChanges: Partial<Omit<Host, "clock">> = {},
  sealed?: SealedBundle,
) {
  const host = createTestHost(hostChanges);
  const source = createMemorySource();
  const sink = createMemorySink();
  if (sealed) source.publish(sealed);
  const trust = { root: keys.rootEnvelope, audience: AUDIENCE };
  const endpoint = "https://flags.example.com";
  const client = createClient({ endpoint, clientKey: "key", trust, source, sink, ...options }, host);
  return { client, clock: host.clock, source, sink };
}
const user = { targetingKey: "user-1" };

describe("createClient", () => {
  test("throws at once for options that cannot work", () => {
    expect(() => started({ clientKey: "" })).toThrow(expect.toSatisfy((error) => isFlagError(error, "OPTION")));
    const trust = { root: new TextEncoder().encode("junk"), audience: AUDIENCE };
    expect(() => started({ trust })).toThrow(expect.toSatisfy((error) => isFlagError(error, "MALFORMED")));
  });

  test("ready settles with the first bundle, and at once after it", async () => {
    const { client } = started({}, {}, on);
    expect(await client.ready()).toMatchObject({ state: "READY", source: "network", bundleVersion: 1 });
    expect(await client.ready({ timeoutMs: 0 })).toBe(client.status);
    expect(client.getBooleanValue("checkout.enabled", false)).toBe(true);
  });

  test("A-10 ready settles in its time with no bundle, and never rejects", async () => {
    const { client, clock, source } = started();
    source.fail(new RequestError("down"));
    const settled = client.ready({ timeoutMs: 1_200 });
    await clock.advance(1_200);
    expect(await settled).toMatchObject({ state: "ERROR", bundleVersion: 0, error: { code: "UNREACHABLE" } });
    expect(client.getStringDetails("checkout.label", "old")).toMatchObject({
      value: "old",
      errorCode: "PROVIDER_NOT_READY",
    });
    source.fail(undefined);
    source.publish(on);
    await clock.advance(60_000);
    await until(() => client.status.state === "READY");
    expect(client.getStringValue("checkout.label", "old")).toBe("new");
  });

  test("a new version swaps in whole, with the keys that changed, and moves the version for UI bindings", async () => {
    const { client, clock, source } = started({}, {}, on);
    const changes: unknown[] = [];
    client.on("configurationChanged", (change) => changes.push(change));
    let notified = 0;
    const { subscribe, getVersion } = client;
    const unsubscribe = subscribe(() => notified++);
    await client.ready();
    const before = getVersion();
    source.publish(off);
    await clock.advance(30_000);
    await until(() => client.status.bundleVersion === 2);
    expect(changes).toEqual([
      { flagsChanged: ["checkout", "steady"], bundleVersion: 1 },
      { flagsChanged: ["checkout"], bundleVersion: 2 },
    ]);
    expect([getVersion() - before, notified]).toEqual([1, 2]);
    unsubscribe();
    client.setContext(user);
    expect([getVersion() - before, notified, client.context]).toEqual([2, 2, user]);
  });

  test("a listener that throws hurts nobody", async () => {
    const lines: string[] = [];
    const { client } = started({ logger: { warn: (line) => lines.push(line) } }, {}, on);
    client.on("ready", () => {
      throw new Error("mine");
    });
    expect(await client.ready()).toMatchObject({ state: "READY" });
    expect(lines).toEqual([expect.stringContaining("mine")]);
  });

  test("a security event is told apart, once for each refusal", async () => {
    const events: FlagError[] = [];
    const onSecurityEvent = (error: FlagError) => events.push(error);
    const { client, clock, source } = started({ hooks: { onSecurityEvent } }, {}, off);
    await client.ready();
    source.publish(on);
    await clock.advance(30_000);
    await until(() => events.length === 1);
    expect(events[0]?.code).toBe("ROLLBACK");
    expect(client.status).toMatchObject({ state: "READY", bundleVersion: 2, error: { code: "ROLLBACK" } });
  });

  test("a refused bundle is named in the next batch", async () => {
    const { client, clock, source, sink } = started({}, {}, off);
    await client.ready();
    source.publish(await seal({}, { version: 3n }));
    await clock.advance(30_000);
    await until(() => client.status.error !== undefined);
    client.track("ping");
    await client.flush();
    expect(sink.batches[0]?.bundleStatus).toMatchObject({ version: 2n, rejectedVersion: 3n, rejectedCode: "SHRINK" });
  });

  test("D7 a new version alone exposes nobody again, a changed variant does", async () => {
    const { client, clock, source, sink } = started({}, {}, on);
    await client.ready();
    client.getBooleanValue("steady.enabled", false, user);
    client.getBooleanValue("checkout.enabled", false, user);
    source.publish(off);
    await clock.advance(30_000);
    await until(() => client.status.bundleVersion === 2);
    client.getBooleanValue("steady.enabled", false, user);
    client.getBooleanValue("checkout.enabled", false, user);
    await client.flush();
    const exposures = sink.batches.flatMap((batch) => batch.exposures.map(({ flag, variant }) => `${flag} ${variant}`));
    expect(exposures).toEqual(["steady on", "checkout on", "checkout off"]);
  });

  test("D3 two units are two exposures, one unit one, whoever reads", async () => {
    const { client, sink } = started({ context: { plan: "pro" } }, {}, half);
    await client.ready();
    const scopes = ["a", "b", "a"].map((targetingKey) => client.withContext({ targetingKey }));
    for (const scope of scopes) scope.getBooleanValue("checkout.enabled", false);
    await client.flush();
    expect(sink.units).toEqual(["a", "b"]);
  });

  test("manual mode exposes on request only", async () => {
    const { client, sink } = started({ exposures: { mode: "manual" } }, {}, half);
    await client.ready();
    client.getBooleanValue("checkout.enabled", false, user);
    client.peekDetails("checkout.enabled", false, { targetingKey: "met" }).expose();
    await client.flush();
    expect(sink.units).toEqual(["met"]);
  });

  test("E-19 attributes never leave; tracked properties do if they are allowed", async () => {
    const { client, sink } = started({ context: { email: "canary@x" }, sendAttributes: ["plan"] }, {}, half);
    await client.ready();
    client.getBooleanValue("checkout.enabled", false, { ...user, phone: "canary" });
    client.track("purchase", { value: 2, properties: { plan: "pro", note: "canary" } }, { ...user, phone: "canary" });
    await client.flush();
    expect(sink.attempts.map((bytes) => new TextDecoder().decode(bytes)).join()).not.toContain("canary");
    expect(sink.batches[0]?.trackEvents).toMatchObject([
      { name: "purchase", unit: "user-1", properties: { plan: "pro" } },
    ]);
  });

  test("tracking never throws", async () => {
    const lines: string[] = [];
    const { client } = started({ sendAttributes: ["a"], logger: { warn: (line) => lines.push(line) } }, {}, on);
    const cycle: Record<string, unknown> = {};
    cycle.a = cycle;
    client.track("x", { properties: cycle as never });
    client.track(undefined as never, undefined, null as never);
    expect(lines).toHaveLength(1);
  });

  test("close ends everything, once, and reads go on", async () => {
    let counters: DeliveryCounters | undefined;
    const onDelivery = (next: DeliveryCounters) => {
      counters = next;
    };
    const { client, clock, sink } = started({ hooks: { onDelivery } }, {}, on);
    await client.ready();
    client.getBooleanValue("checkout.enabled", false, user);
    const counts = await client.close();
    expect(counts).toEqual({ delivered: 1, pending: 0, dropped: 0 });
    expect(await client.close()).toBe(counts);
    expect([client.status.state, clock.pendingTimers, sink.units.length]).toEqual(["CLOSED", 0, 1]);
    expect(client.getBooleanValue("checkout.enabled", false, { targetingKey: "late" })).toBe(true);
    expect(await client.flush()).toEqual({ delivered: 0, pending: 0, dropped: 1 });
    expect(counters).toMatchObject({ enqueued: 1, acked: 1 });
  });

  test("closing releases whoever waits for a bundle", async () => {
    const { client, source } = started();
    source.fail(new RequestError("down"));
    const waiting = client.ready({ timeoutMs: 60_000 });
    await client.close();
    expect(await waiting).toMatchObject({ state: "CLOSED" });
    expect(await client.ready()).toMatchObject({ state: "CLOSED" });
  });

  test("ends with its scope, and with its signal", async () => {
    const { client } = started({}, {}, on);
    await client[Symbol.asyncDispose]();
    expect(client.status.state).toBe("CLOSED");
    const controller = new AbortController();
    const { client: other } = started({ signal: controller.signal }, {}, on);
    await other.ready();
    controller.abort();
    await until(() => other.status.state === "CLOSED");
  });

  test("the process is held only while the application waits", async () => {
    let holds = 0;
    const hold = () => {
      holds++;
      return () => holds--;
    };
    const { client, source, clock } = started({}, { hold });
    source.fail(new RequestError("down"));
    const waiting = client.ready({ timeoutMs: 100 });
    expect(holds).toBe(1);
    await clock.advance(100);
    await waiting;
    expect(holds).toBe(0);
  });

  test("a stream's announcements are fetched, older ones are not", async () => {
    let announce = (_announcement: Announcement): void => {};
    const openWatch: Host["openWatch"] = async () => (announced) => {
      announce = announced;
      return new Promise(() => {});
    };
    const { client, clock, source } = started({ refresh: { stream: true } }, { openWatch }, on);
    await client.ready();
    await clock.settle();
    announce({ epoch: 1, version: 1 });
    await clock.advance(1_000);
    expect(source.manifestRequests).toHaveLength(1);
    source.publish(off);
    announce({ epoch: 1, version: 2 });
    await clock.advance(1_000);
    await until(() => client.status.bundleVersion === 2);
    expect(source.manifestRequests).toHaveLength(2);
  });

  test("a host may pause and resume it", async () => {
    let controls: ClientControls | undefined;
    let isAttached = false;
    const attach: Host["attach"] = (given) => {
      controls = given;
      isAttached = true;
      return () => {
        isAttached = false;
      };
    };
    const { client, clock, source } = started({}, { attach }, on);
    await client.ready();
    controls?.pause();
    await clock.advance(3_600_000);
    expect(source.manifestRequests).toHaveLength(1);
    controls?.resume();
    await clock.advance(1_000);
    expect(source.manifestRequests).toHaveLength(2);
    await client.close();
    expect(isAttached).toBe(false);
  });

  test("a bootstrap bundle answers before any request does", async () => {
    const bootstrap = { manifest: on.manifest, bundle: on.bundle };
    const { client, source } = started({ bootstrap });
    source.fail(new RequestError("down"));
    expect(await client.ready()).toMatchObject({ state: "READY", source: "bootstrap", bundleVersion: 1 });
    expect(client.getBooleanValue("checkout.enabled", false)).toBe(true);
  });

  test("A-04 swaps under reads: never a mixture of two bundles", async () => {
    const { client, clock, source } = started({}, {}, on);
    await client.ready();
    const seen = new Set<string>();
    for (let version = 2; version < 30; version++) {
      const variant = version % 2 ? "on" : "off";
      source.publish(
        await seal({ checkout: rolledOut(variant), steady: rolledOut(variant) }, { version: BigInt(version) }),
      );
      void clock.advance(36_000);
      while (client.status.bundleVersion < version) {
        const all = client.evaluateAll(user);
        seen.add(`${all.get("checkout")?.variant} ${all.get("steady")?.variant}`);
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    }
    expect([...seen].sort()).toEqual(["off off", "on on"]);
  });
});
