/** What a client does before the code for updates is there, and when it never comes. @module */
import { createTestKeys, type SealedBundle } from "@aplomb/testkit";
import { describe, expect, test, vi } from "vitest";
import type { ClientOptions } from "./client-options.js";
import { updating } from "./refresh/updating.js";
import { openCourier } from "./send/open-courier.js";
import { AUDIENCE } from "./testing/sealed-bundles.js";
import { off, on, startClient, user } from "./testing/start-client.js";
import type { Updating } from "./updating.js";

/** Signatures are verified in real time. */
const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5_000, interval: 5 });

/** A client whose code for updates arrives, or fails to, when a test says so. */
function startLate(options: Partial<ClientOptions> = {}, sealed?: SealedBundle) {
  const asked: { resolve(loaded: Updating): void; reject(error: unknown): void }[] = [];
  const gone = new TypeError("Failed to fetch");
  let state: "on its way" | "there" | "gone" = "on its way";
  const loadUpdating = async (): Promise<Updating> => {
    if (state === "there") return updating;
    if (state === "gone") throw gone;
    return new Promise((resolve, reject) => void asked.push({ resolve, reject }));
  };
  const started = startClient({ logger: null, ...options }, {}, sealed, { openCourier, loadUpdating });
  const isOn = (): boolean => started.client.getBooleanValue("checkout.enabled", false, user);
  return {
    ...started,
    isOn,
    async arrive() {
      state = "there";
      for (const load of asked.splice(0)) load.resolve(updating);
      await started.clock.settle();
    },
    async fail() {
      state = "gone";
      for (const load of asked.splice(0)) load.reject(gone);
      await started.clock.settle();
    },
  };
}

describe("the code for updates", () => {
  test("is not needed for the first bundle; polls begin when it is there", async () => {
    const { client, clock, source, isOn, arrive } = startLate({}, on);
    await client.ready();
    expect([client.status.state, isOn()]).toEqual(["READY", true]);
    source.publish(off);
    await clock.advance(600_000);
    expect(isOn()).toBe(true);
    await arrive();
    await clock.advance(40_000);
    await eventually(() => expect([client.status.bundleVersion, isOn()]).toEqual([2, false]));
  });

  test("does not hold the first failure back; a client recovers once it is there", async () => {
    const { client, clock, source, isOn, arrive } = startLate();
    await eventually(() => expect(client.status).toMatchObject({ state: "NOT_READY", error: { code: "UNREACHABLE" } }));
    source.publish(on);
    await arrive();
    await clock.advance(4_000);
    await eventually(() => expect([client.status.state, isOn()]).toEqual(["READY", true]));
  });

  test("is asked for again when it does not come", async () => {
    const { client, clock, source, fail, arrive } = startLate({}, on);
    await client.ready();
    await fail();
    await clock.advance(600_000);
    source.publish(off);
    await arrive();
    await clock.advance(100_000);
    await eventually(() => expect(client.status.bundleVersion).toBe(2));
  });

  test("is waited for by an update of a bundle that serves: nothing untried takes over", async () => {
    const bootstrap = { manifest: on.manifest, bundle: on.bundle };
    const { client, isOn, arrive } = startLate({ bootstrap }, off);
    await client.ready();
    expect([client.status.bundleVersion, client.status.source, isOn()]).toEqual([1, "bootstrap", true]);
    const changed: (readonly string[])[] = [];
    client.on("configurationChanged", ({ flagsChanged }) => changed.push(flagsChanged));
    await arrive();
    await eventually(() => expect([client.status.bundleVersion, isOn(), changed]).toEqual([2, false, [["checkout"]]]));
  });

  test("that does not come leaves a bundle that serves, and the status says so", async () => {
    const bootstrap = { manifest: on.manifest, bundle: on.bundle };
    const { client, isOn, fail } = startLate({ bootstrap }, off);
    await client.ready();
    await fail();
    const failed = { state: "READY", bundleVersion: 1, error: { code: "UNREACHABLE" } };
    await eventually(() => expect(client.status).toMatchObject(failed));
    expect(isOn()).toBe(true);
  });

  test("that does not come hides no forgery", async () => {
    const events: string[] = [];
    const stranger = await createTestKeys({ audience: AUDIENCE });
    const forged = await stranger.seal(on.bundle, { version: 1n });
    const hooks = { onSecurityEvent: ({ code }: { code: string }) => void events.push(code) };
    const { client, fail } = startLate({ hooks }, forged);
    await fail();
    await eventually(() => expect([client.status.error?.code, events]).toEqual(["SIGNATURE", ["SIGNATURE"]]));
  });

  test("that comes after the end starts nothing", async () => {
    const { client, clock, source, arrive } = startLate({}, on);
    await client.ready();
    await client.close();
    await arrive();
    await clock.advance(600_000);
    expect([source.manifestRequests.length, clock.pendingTimers]).toEqual([1, 0]);
  });
});
