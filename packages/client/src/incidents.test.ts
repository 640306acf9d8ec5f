/** Outages of others, replayed on a whole client: what a control plane can do wrong, and what the client makes of it. @module */
import { SERVICE_LIMITS } from "@aplomb/core";
import { until } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { RequestError } from "./retry/request-error.js";
import { rolledOut, seal } from "./testing/sealed-bundles.js";
import { off, on, type StartedClient, startClient, user } from "./testing/start-client.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const EVALUATIONS = isDeep ? 100_000 : 1_000;
const flagsNamed = (count: number, variant: "on" | "off") =>
  Object.fromEntries(
    ["checkout", ...Array.from({ length: count - 1 }, (_, at) => `f${at}`)].map((key) => [key, rolledOut(variant)]),
  );

/** Advances until something holds, with real moments in between: signatures are checked by another thread. */
async function live({ clock }: StartedClient, holds: () => boolean): Promise<void> {
  for (let step = 0; !holds(); step++) {
    if (step > 2_000) throw new Error(`never: ${holds}`);
    await clock.advance(5_000);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
}

/** The refresh has failed again since a moment, with a code. */
const failedSince =
  ({ client }: StartedClient, atMs: number, code: string) =>
  (): boolean =>
    client.status.error?.code === code && client.status.error.atMs > atMs;

function expectAnswers({ client }: StartedClient, variant: string): void {
  for (let at = 0; at < EVALUATIONS; at++) {
    if (client.peekDetails("checkout", {}, { targetingKey: `user-${at}` }).variant !== variant) expect.unreachable();
  }
}

describe("incidents", () => {
  test("I-02 a bundle that has doubled, good and bad by turns: flags never change, and every bad one is reported", async () => {
    const limits = { ...SERVICE_LIMITS, flags: 40 };
    const started = startClient({}, { limits }, await seal(flagsNamed(30, "on"), { version: 1n }));
    const { client, clock, source, sink } = started;
    const reported = new Set<number>();
    await client.ready();
    for (let publish = 0; publish < 20; publish++) {
      const isBad = publish % 2 === 0;
      // The accident has doubled the entries; what is in the bad one would answer otherwise.
      const flags = isBad ? flagsNamed(60, "off") : flagsNamed(30, "on");
      source.publish(await seal(flags, { version: BigInt(publish + 2) }));
      await live(
        started,
        isBad ? failedSince(started, clock.nowMs(), "LIMIT") : () => client.status.bundleVersion === publish + 2,
      );
      await live(started, () => isBad || client.status.error === undefined);
      expectAnswers(started, "on");
      expect(client.status.error?.code).toBe(isBad ? "LIMIT" : undefined);
      expect(client.status.state).toBe("READY");
      client.getBooleanValue("checkout.enabled", false, { targetingKey: `unit-${publish}` });
      await client.flush();
      const status = sink.batches.at(-1)?.bundleStatus;
      if (status?.rejectedCode === "LIMIT") reported.add(Number(status.rejectedVersion));
    }
    expect([...reported]).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
  }, 120_000);

  test("I-05 a control plane that answers with nothing, or with half: the last known good stays", async () => {
    const started = startClient({}, {}, await seal(flagsNamed(40, "on"), { version: 1n }));
    const { client, clock, source } = started;
    await client.ready();
    for (const [version, count] of [
      [2n, 1],
      [3n, 19],
    ] as const) {
      const flags = Object.fromEntries(Array.from({ length: count }, (_, at) => [`other-${at}`, rolledOut("off")]));
      source.publish(await seal(flags, { version }));
      await live(started, failedSince(started, clock.nowMs(), "SHRINK"));
      expect(client.status).toMatchObject({ state: "READY", bundleVersion: 1 });
    }
    source.publish(await seal({}, { version: 4n }));
    await live(started, failedSince(started, clock.nowMs(), "SHRINK"));
    expectAnswers(started, "on");
    source.publish(await seal({}, { version: 5n, allowShrink: true }));
    await live(started, () => client.status.bundleVersion === 5);
    expect(client.status.state).toBe("READY");
  });

  test.each([
    { name: "with a bundle that the application brought", bootstrap: true },
    { name: "with nothing", bootstrap: false },
  ])("I-10 the endpoint is down when clients start, $name", async ({ bootstrap }) => {
    const started = startClient(bootstrap ? { bootstrap: { manifest: on.manifest, bundle: on.bundle } } : {});
    const { client, clock, source } = started;
    source.fail(new RequestError("down", { status: 503 }));
    const ready = client.ready();
    if (!bootstrap) await clock.advance(5_000);
    expect(await ready).toMatchObject(bootstrap ? { state: "READY", source: "bootstrap" } : { state: "ERROR" });
    expect(client.getBooleanValue("checkout.enabled", false, user)).toBe(bootstrap);
    const downUntilMs = clock.monotonicMs() + 180_000;
    await live(started, () => clock.monotonicMs() > downUntilMs);
    source.fail(undefined);
    source.publish(off);
    await live(started, () => client.status.bundleVersion === 2);
    expect(client.status).toMatchObject({ state: "READY", bundleVersion: 2, source: "network" });
  });
});

describe("minVersion", () => {
  test("nothing older is believed from the network, and what is not older is", async () => {
    const events: string[] = [];
    const hooks = { onSecurityEvent: ({ message }: Error) => void events.push(message) };
    const started = startClient({ minVersion: 2, hooks }, {}, on);
    const { client, source } = started;
    await until(() => client.status.error !== undefined);
    expect(client.status).toMatchObject({ state: "NOT_READY", error: { code: "ROLLBACK" } });
    expect(events).toEqual([expect.stringContaining("version 1; the option minVersion is 2")]);
    source.publish(off);
    await live(started, () => client.status.bundleVersion === 2);
    expect(client.status.state).toBe("READY");
  });

  test("nor from what was brought along or kept", async () => {
    const floor = { epoch: 1, version: 1, sha256: on.sha256 };
    const kept = { envelope: on.manifest, bundle: on.bundle, floor };
    const store = {
      load: async () => ({ bundles: [kept], envelopes: [on.manifest], roots: [] }),
      save: async () => {},
      saveRoots: async () => {},
    };
    const bootstrap = { manifest: on.manifest, bundle: on.bundle };
    const { client, source } = startClient({ minVersion: 2, store, bootstrap });
    source.fail(new RequestError("down"));
    await until(() => client.status.error !== undefined);
    expect(client.status).toMatchObject({ state: "NOT_READY", source: "none" });
    const older = startClient({ minVersion: 1, store, bootstrap });
    expect(await older.client.ready()).toMatchObject({ state: "READY", bundleVersion: 1 });
  });
});
