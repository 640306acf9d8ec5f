/** How a client begins, rests and ends. @module */
import { FlagError } from "@aplomb/core";
import { until } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import type { ClientCounters } from "./client-counters.js";
import type { DeliveryCounters } from "./delivery-counters.js";
import type { ClientControls, Host } from "./host.js";
import type { Announcement } from "./refresh-source.js";
import { RequestError } from "./retry/request-error.js";
import { off, on, startClient, user } from "./testing/start-client.js";

describe("the life of a client", () => {
  test("ready settles with the first bundle, and at once after it", async () => {
    const { client } = startClient({}, {}, on);
    expect(await client.ready()).toMatchObject({ state: "READY", source: "network", bundleVersion: 1 });
    expect(await client.ready({ timeoutMs: 0 })).toBe(client.status);
    expect(client.getBooleanValue("checkout.enabled", false)).toBe(true);
  });

  test("A-10 ready settles in its time with no bundle, and never rejects", async () => {
    const { client, clock, source } = startClient();
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

  test("close ends everything, once, and reads go on", async () => {
    let counters: DeliveryCounters | undefined;
    const onDelivery = (next: DeliveryCounters) => {
      counters = next;
    };
    const { client, clock, sink } = startClient({ hooks: { onDelivery } }, {}, on);
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

  test("a hook reads every counter when it likes: of records, of the breaker, of bundles", async () => {
    let counters = (): ClientCounters => expect.unreachable();
    const onStart = (read: () => ClientCounters) => {
      counters = read;
    };
    const { client, clock, sink, source } = startClient({ hooks: { onStart } }, {}, on);
    const nothingYet = { bundleVersion: 0, bundleAgeMs: undefined, lastSuccessAgeMs: undefined, breaker: "closed" };
    expect(counters()).toMatchObject({ ...nothingYet, enqueued: 0, sent: 0, bundleRejected: {} });
    await client.ready();
    client.getBooleanValue("checkout.enabled", false, user);
    await client.flush();
    await clock.advance(1_000);
    const served = { bundleVersion: 1, bundleAgeMs: 1_000, lastSuccessAgeMs: 1_000, breaker: "closed" };
    expect(counters()).toMatchObject({ ...served, enqueued: 1, sent: 1, acked: 1 });
    sink.setRule(() => new RequestError("down", { status: 500 }));
    client.getBooleanValue("checkout.enabled", false, { targetingKey: "another" });
    source.fail(new FlagError("ROLLBACK", "older"));
    await clock.advance(600_000);
    const troubled = counters();
    expect(troubled).toMatchObject({ enqueued: 2, acked: 1, breaker: "open", lastSuccessAgeMs: 601_000 });
    // One record a batch: each attempt gave one to the sink.
    expect(troubled.sent).toBe(sink.attempts.length);
    expect(troubled.bundleRejected.ROLLBACK).toBeGreaterThan(5);
    void client.close();
  });

  test("closing releases whoever waits for a bundle", async () => {
    const { client, source } = startClient();
    source.fail(new RequestError("down"));
    const waiting = client.ready({ timeoutMs: 60_000 });
    await client.close();
    expect(await waiting).toMatchObject({ state: "CLOSED" });
    expect(await client.ready()).toMatchObject({ state: "CLOSED" });
  });

  test("ends with its scope, and with its signal", async () => {
    const { client } = startClient({}, {}, on);
    await client[Symbol.asyncDispose]();
    expect(client.status.state).toBe("CLOSED");
    const controller = new AbortController();
    const { client: other } = startClient({ signal: controller.signal }, {}, on);
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
    const { client, source, clock } = startClient({}, { hold });
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
    const { client, clock, source } = startClient({ refresh: { stream: true } }, { openWatch }, on);
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

  test("a page that starts hidden loads once and opens no stream before it is shown", async () => {
    let controls: ClientControls | undefined;
    let streams = 0;
    const attach: Host["attach"] = (given) => {
      controls = given;
      given.pause();
      return () => {};
    };
    const openWatch: Host["openWatch"] = async () => {
      streams++;
      return () => new Promise(() => {});
    };
    const { client, clock } = startClient({ refresh: { stream: true } }, { attach, openWatch }, on);
    await client.ready();
    await clock.settle();
    expect(streams).toBe(0);
    controls?.resume();
    await clock.settle();
    expect(streams).toBe(1);
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
    const { client, clock, source } = startClient({}, { attach }, on);
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
});
