/** The client as a whole, on virtual time, with a source and a sink in memory. @module */
import { type FlagError, isFlagError } from "@aplomb/core";
import { until } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { RequestError } from "./retry/request-error.js";
import { AUDIENCE, rolledOut, seal } from "./testing/sealed-bundles.js";
import { half, off, on, startClient, user } from "./testing/start-client.js";

const isDeep = process.env.APLOMB_DEEP === "1";

describe("createClient", () => {
  test("throws at once for options that cannot work", () => {
    expect(() => startClient({ clientKey: "" })).toThrow(expect.toSatisfy((error) => isFlagError(error, "OPTION")));
    const trust = { root: new TextEncoder().encode("junk"), audience: AUDIENCE };
    expect(() => startClient({ trust })).toThrow(expect.toSatisfy((error) => isFlagError(error, "MALFORMED")));
  });

  test("a new version swaps in whole, with the keys that changed, and moves the version for UI bindings", async () => {
    const { client, clock, source } = startClient({}, {}, on);
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
    const { client } = startClient({ logger: { warn: (line) => lines.push(line) } }, {}, on);
    client.on("ready", () => {
      throw new Error("mine");
    });
    expect(await client.ready()).toMatchObject({ state: "READY" });
    expect(lines).toEqual([expect.stringContaining("mine")]);
  });

  test("a security event is told apart, once for each refusal", async () => {
    const events: FlagError[] = [];
    const onSecurityEvent = (error: FlagError) => events.push(error);
    const { client, clock, source } = startClient({ hooks: { onSecurityEvent } }, {}, off);
    await client.ready();
    source.publish(on);
    await clock.advance(30_000);
    await until(() => events.length === 1);
    expect(events[0]?.code).toBe("ROLLBACK");
    expect(client.status).toMatchObject({ state: "READY", bundleVersion: 2, error: { code: "ROLLBACK" } });
  });

  test("a refused bundle is named in the next batch", async () => {
    const { client, clock, source, sink } = startClient({}, {}, off);
    await client.ready();
    source.publish(await seal({}, { version: 3n }));
    await clock.advance(30_000);
    await until(() => client.status.error !== undefined);
    client.track("ping");
    await client.flush();
    expect(sink.batches[0]?.bundleStatus).toMatchObject({ version: 2n, rejectedVersion: 3n, rejectedCode: "SHRINK" });
  });

  test("D7 a new version alone exposes nobody again, a changed variant does", async () => {
    const { client, clock, source, sink } = startClient({}, {}, on);
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
    const { client, sink } = startClient({ context: { plan: "pro" } }, {}, half);
    await client.ready();
    const scopes = ["a", "b", "a"].map((targetingKey) => client.withContext({ targetingKey }));
    for (const scope of scopes) scope.getBooleanValue("checkout.enabled", false);
    await client.flush();
    expect(sink.units).toEqual(["a", "b"]);
  });

  test("manual mode exposes on request only", async () => {
    const { client, sink } = startClient({ exposures: { mode: "manual" } }, {}, half);
    await client.ready();
    client.getBooleanValue("checkout.enabled", false, user);
    client.peekDetails("checkout.enabled", false, { targetingKey: "met" }).expose();
    await client.flush();
    expect(sink.units).toEqual(["met"]);
  });

  test("E-19 attributes never leave; tracked properties do if they are allowed", async () => {
    const { client, sink } = startClient({ context: { email: "canary@x" }, sendAttributes: ["plan"] }, {}, half);
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
    const { client } = startClient({ sendAttributes: ["a"], logger: { warn: (line) => lines.push(line) } }, {}, on);
    const cycle: Record<string, unknown> = {};
    cycle.a = cycle;
    client.track("x", { properties: cycle as never });
    client.track(undefined as never, undefined, null as never);
    expect(lines).toHaveLength(1);
  });

  test("a bootstrap bundle answers before any request does", async () => {
    const bootstrap = { manifest: on.manifest, bundle: on.bundle };
    const { client, source } = startClient({ bootstrap });
    source.fail(new RequestError("down"));
    expect(await client.ready()).toMatchObject({ state: "READY", source: "bootstrap", bundleVersion: 1 });
    expect(client.getBooleanValue("checkout.enabled", false)).toBe(true);
  });

  test("A-04 swaps under reads: never a mixture of two bundles", async () => {
    const { client, clock, source } = startClient({}, {}, on);
    await client.ready();
    const seen = new Set<string>();
    for (let version = 2; version < (isDeep ? 1_000 : 30); version++) {
      const variant = version % 2 ? "on" : "off";
      source.publish(
        await seal({ checkout: rolledOut(variant), steady: rolledOut(variant) }, { version: BigInt(version) }),
      );
      void clock.advance(36_000);
      while (client.status.bundleVersion < version) {
        for (let read = 0; read < (isDeep ? 200 : 10); read++) {
          const all = client.evaluateAll(user);
          seen.add(`${all.get("checkout")?.variant} ${all.get("steady")?.variant}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    }
    expect([...seen].sort()).toEqual(["off off", "on on"]);
  });
});
