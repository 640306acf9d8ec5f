/** The keepalive budget, against the one that Chromium really has. @module */

import { RequestError } from "@aplomb/client";
import { httpSink } from "@aplomb/client/http";
import { writeExposureBatch } from "@aplomb/core";
import { type RemoteEndpoint, startRemoteEndpoint } from "@aplomb/testkit";
import { beforeEach, describe, expect, inject, test } from "vitest";
import { keepaliveSink } from "./keepalive-sink.js";
import { pageClock } from "./page-clock.js";

let endpoint: RemoteEndpoint;
beforeEach(async () => {
  endpoint = await startRemoteEndpoint(inject("endpoint").url);
});

const { signal } = new AbortController();

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
  const counting: typeof fetch = (url, init) => {
    keepaliveBytes.push(init?.keepalive ? (init.body as Uint8Array).length : 0);
    return fetch(url, init);
  };
  const access = { endpoint: endpoint.url, clientKey: "public", audience: "web.test" };
  return { keepaliveBytes, sink: keepaliveSink(httpSink({ fetch: counting, clock: pageClock }, access)) };
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

  test("W-03 back to back all arrive once, and the budget comes back: Chromium may take a moment to say so", async () => {
    const { sink, keepaliveBytes } = sending();
    for (let round = 0; round < 10; round++) await sink.publish(batchOf(40_000), signal);
    expect(keepaliveBytes.filter((bytes) => bytes > 0)).toHaveLength(10);
    expect(await endpoint.log()).toMatchObject({ batches: 10, duplicates: 0 });
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
