/** Origins that contradict themselves, that are left, that come back, and that are gone: over real sockets, on virtual time. @module */
import { until } from "@aplomb/testkit";
import { startTestEndpoint } from "@aplomb/testkit/test-endpoint";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type FailureRig,
  good,
  liveUntil,
  next,
  POLL_MS,
  startFailureRig,
  user,
  type Watched,
} from "./testing/failure-rig.js";

let rig: FailureRig;
beforeEach(async () => {
  rig = await startFailureRig();
});
afterEach(() => rig.close());

const isManifest = ({ path }: { readonly path: string }): boolean => path.endsWith("/manifest");

/** Polls once and waits for the end of it. */
async function poll({ client, clock }: Watched, afterMs = POLL_MS / 2): Promise<void> {
  const { confirmedAtMs, error } = client.status;
  await clock.advance(afterMs);
  await until(() => client.status.confirmedAtMs !== confirmedAtMs || client.status.error?.atMs !== error?.atMs);
}

describe("A-03 answers that contradict themselves", () => {
  test.each([
    { name: "304 to a question without condition", fault: { kind: "answer", status: 304 } as const, serving: false },
    {
      name: "304 with another validator",
      fault: { kind: "answer", status: 304, headers: { etag: '"other"' } } as const,
      serving: true,
    },
  ])("$name: one error, and no change", async ({ fault, serving }) => {
    rig.endpoint.publish(good);
    const watched = serving ? await rig.startServing() : rig.start();
    rig.proxy.setRule((request) => (isManifest(request) ? fault : undefined));
    if (serving) await watched.clock.advance(POLL_MS / 2);
    const { client, heard } = watched;
    await until(() => client.status.error?.code === "MALFORMED");
    expect(heard).toEqual(["error MALFORMED"]);
    expect([client.status.bundleVersion, watched.variant()]).toEqual(serving ? [5, "on"] : [0, undefined]);
  });

  test("a new validator for the same manifest: no event, and the new one is asked with", async () => {
    rig.endpoint.publish(good, '"one"');
    const watched = await rig.startServing();
    rig.endpoint.publish(good, '"two"');
    await poll(watched);
    await poll(watched, POLL_MS);
    expect(rig.manifests().map(({ headers }) => headers["if-none-match"])).toEqual([undefined, '"one"', '"two"']);
    expect([watched.heard, rig.bundles().length, watched.client.status.error]).toEqual([[], 1, undefined]);
  });
});

describe("N-13 I-05 two origins", () => {
  test("the second steps in after three failures, the first comes back after a minute, and nothing is activated twice", async () => {
    const second = await startTestEndpoint();
    for (const origin of [rig.endpoint, second]) origin.publish(good, `"${origin === second}"`);
    const watched = await rig.startServing({ fallbackEndpoint: second.url });
    const { client, clock, heard } = watched;
    rig.proxy.setRule(() => ({ kind: "reset" }));
    const before = rig.proxy.requests.length;
    await liveUntil(clock, () => second.requests.length > 0);
    const leftAtMs = clock.monotonicMs();
    expect(rig.proxy.requests.length - before).toBe(3);
    second.publish(next);
    await liveUntil(clock, () => client.status.bundleVersion === 6);
    rig.proxy.setRule(undefined);
    rig.endpoint.publish(next);
    const inTrouble = rig.proxy.requests.length;
    await liveUntil(clock, () => rig.proxy.requests.length > inTrouble);
    expect(clock.monotonicMs() - leftAtMs).toBeGreaterThanOrEqual(59_000);
    await poll(watched, POLL_MS);
    expect(heard.filter((event) => event.startsWith("changed"))).toEqual(["changed 6"]);
    expect([client.status.state, client.status.error]).toEqual(["READY", undefined]);
    await second.close();
  });

  test("an origin that refuses is left at once, though it would have to be left alone for minutes", async () => {
    const second = await startTestEndpoint();
    second.publish(next);
    rig.endpoint.publish(good);
    const { client, clock } = await rig.startServing({ fallbackEndpoint: second.url });
    rig.proxy.setRule(() => ({ kind: "answer", status: 403 }));
    await clock.advance(POLL_MS / 2);
    await until(() => client.status.error?.code === "REFUSED");
    await clock.advance(1_000);
    await until(() => client.status.bundleVersion === 6);
    await second.close();
  });
});

describe("I-07 the name is gone for fifty minutes", () => {
  test("flags answer from the last known good, and no exposure that fits the queue is lost", async () => {
    rig.endpoint.publish(good);
    const state = { isGone: false };
    const fetch: typeof globalThis.fetch = (url, init) =>
      globalThis.fetch(state.isGone ? String(url).replace(rig.proxy.url, "http://flags.invalid") : url, init);
    const watched = await rig.startServing({ fetch });
    const { client, clock } = watched;
    state.isGone = true;
    for (let minute = 0; minute < 50; minute++) {
      for (let unit = 0; unit < 20; unit++) {
        expect(client.getBooleanValue("checkout.enabled", false, { targetingKey: `${minute}-${unit}` })).toBe(true);
      }
      await clock.advance(60_000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    state.isGone = false;
    await liveUntil(clock, () => rig.endpoint.batches.flatMap((batch) => batch.exposures).length === 1_000);
    const units = rig.endpoint.batches.flatMap((batch) => batch.exposures.map(({ unit }) => unit));
    expect([units.length, new Set(units).size]).toEqual([1_000, 1_000]);
    await liveUntil(clock, () => client.status.state === "READY" && client.status.error === undefined);
    expect(client.peekDetails("checkout", {}, user).variant).toBe("on");
  });
});
