/** The keepalive budget, against the one that Chromium really has. @module */

import { RequestError } from "@aplomb/client";
import { httpSink } from "@aplomb/client/http";
import { writeExposureBatch } from "@aplomb/core";
import { createSeededRandom, type RemoteEndpoint, startRemoteEndpoint } from "@aplomb/testkit";
import { beforeEach, describe, expect, inject, test } from "vitest";
import { keepaliveSink } from "./keepalive-sink.js";
import { pageClock } from "./page-clock.js";

let endpoint: RemoteEndpoint;
beforeEach(async () => {
  endpoint = await startRemoteEndpoint(inject("endpoint").url);
});

const { signal } = new AbortController();
const isDeep = inject("isDeep");

/** A batch of about so many bytes. */
const batchOf = (sizeBytes: number) =>
  writeExposureBatch({
    ...{ batchId: crypto.getRandomValues(new Uint8Array(16)), instanceId: new Uint8Array(16) },
    ...{ sequenceFirst: 1, sequenceLast: 1, createdAtMs: 1, sdk: "x".repeat(sizeBytes), audience: "web.test" },
    ...{ losses: new Map(), exposures: [], trackEvents: [] },
    bundleStatus: {
      ...{ epoch: 0, version: 0, sha256: new Uint8Array(), ageMs: 0, rejectedVersion: 0, rejectedCode: "" },
      quarantinedFlags: [],
    },
  });

function sending() {
  const keepaliveBytes: number[] = [];
  const inFlight = { bytes: 0, most: 0 };
  const counting: typeof fetch = async (url, init) => {
    const bytes = init?.keepalive ? (init.body as Uint8Array).length : 0;
    keepaliveBytes.push(bytes);
    inFlight.bytes += bytes;
    inFlight.most = Math.max(inFlight.most, inFlight.bytes);
    try {
      return await fetch(url, init);
    } finally {
      inFlight.bytes -= bytes;
    }
  };
  const access = { endpoint: endpoint.url, clientKey: "public", audience: "web.test" };
  return { keepaliveBytes, inFlight, sink: keepaliveSink(httpSink({ fetch: counting, clock: pageClock }, access)) };
}

describe("keepaliveSink", () => {
  test.each([
    { sizes: [1_000], keepalive: [true] },
    { sizes: [48_000], keepalive: [true] },
    { sizes: [60_000], keepalive: [false] },
    { sizes: [200_000], keepalive: [false] },
    { sizes: [30_000, 30_000], keepalive: [true, false] },
    { sizes: [20_000, 20_000, 20_000, 1_000], keepalive: [true, true, false, true] },
  ])("D13 W-01 $sizes bytes at once → keepalive $keepalive, and all arrive", async ({ sizes, keepalive }) => {
    const { sink, keepaliveBytes } = sending();
    await Promise.all(sizes.map((size) => sink.publish(batchOf(size), signal)));
    expect(keepaliveBytes.map((bytes) => bytes > 0)).toEqual(keepalive);
    expect((await endpoint.log()).batches).toBe(sizes.length);
  });

  test("W-01 1 B to 200 KiB, one to eight at once: none is lost, and never more than 48 KiB with keepalive", async () => {
    const count = isDeep ? 1_000 : 60;
    const random = createSeededRandom(1);
    const { sink, inFlight } = sending();
    let sent = 0;
    while (sent < count) {
      const together = Math.min(count - sent, 1 + Math.floor(random.next() * 8));
      // Small ones are as likely as large ones.
      const sizes = Array.from({ length: together }, () => Math.ceil(204_800 ** random.next()));
      await Promise.all(sizes.map((size) => sink.publish(batchOf(size), signal)));
      sent += together;
    }
    expect(inFlight.most).toBeLessThanOrEqual(49_152);
    expect(inFlight.most).toBeGreaterThan(0);
    expect(await endpoint.log()).toMatchObject({ batches: count, duplicates: 0 });
  });

  test("W-03 back to back all arrive once, and the budget comes back: Chromium may take a moment to say so", async () => {
    const count = isDeep ? 100 : 10;
    const { sink, keepaliveBytes } = sending();
    for (let round = 0; round < count; round++) await sink.publish(batchOf(40_000), signal);
    expect(keepaliveBytes.filter((bytes) => bytes > 0)).toHaveLength(count);
    expect(await endpoint.log()).toMatchObject({ batches: count, duplicates: 0 });
  });

  test("W-02 when other scripts hold the budget, the same batch goes without keepalive", async () => {
    const others = [0, 1].map(() =>
      fetch(`${endpoint.url}/x`, { method: "POST", keepalive: true, body: new Uint8Array(30_000) }),
    );
    const { sink, keepaliveBytes } = sending();
    await sink.publish(batchOf(40_000), signal);
    expect(keepaliveBytes.map((bytes) => bytes > 0)).toEqual([true, false]);
    expect(await endpoint.log()).toMatchObject({ batches: 1, duplicates: 0 });
    await Promise.all(others);
  });

  test("an answer that says no is not sent again", async () => {
    let attempts = 0;
    const publish = async () => {
      attempts++;
      throw new RequestError("no", { status: 400 });
    };
    await expect(keepaliveSink({ publish }).publish(new Uint8Array(1), signal)).rejects.toMatchObject({ status: 400 });
    expect(attempts).toBe(1);
  });
});
