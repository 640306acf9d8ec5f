/** The endpoint under more than it can do, and right after a restart. @module */
import { setMaxListeners } from "node:events";
import { rm } from "node:fs/promises";
import { writePublishRequest } from "@aplomb/core";
import { describe, expect, test } from "vitest";
import { batchBytes, connectClient, exposures } from "../test/batches.js";
import { pageKey, startEndpoint, temporaryDirectory } from "../test/endpoint.js";
import { startChild } from "../test/start-child.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const patient = { timeout: 600_000 };
const mebibyte = 1024 * 1024;

/** Sends batches from many connections for a while; answers how often each status came. */
async function flood(url: string, senders: number, rows: number, forMs: number): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  const endMs = performance.now() + forMs;
  const send = async (sender: number): Promise<void> => {
    for (let batch = 0; performance.now() < endMs; batch++) {
      const body = batchBytes({
        exposures: exposures(rows, { bundleVersion: 9, variant: `v${sender}` }, batch * rows),
      });
      const response = await fetch(`${url}/aplomb.v1.ResolveService/PublishExposures`, {
        method: "POST",
        headers: { authorization: `Bearer ${pageKey}`, "content-type": "application/proto" },
        body: writePublishRequest(body, Date.now()),
      });
      await response.arrayBuffer();
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: senders }, (_, sender) => send(sender)));
  return statuses;
}

describe.skipIf(!isDeep)("in a process with little memory (only with APLOMB_DEEP=1: it takes half a minute)", () => {
  test(
    "S-09: I-01: a heap of 70 % of 512 MiB under too much load sheds, stays below 90 %, and lives",
    patient,
    async () => {
      const directory = await temporaryDirectory();
      const { child, url } = await startChild(directory, ["--max-old-space-size=358"]);
      let highest = 0;
      const watching = setInterval(async () => {
        const metrics = await (await fetch(`${url}/metrics`)).text();
        highest = Math.max(highest, Number(/^process_resident_memory_bytes (\d+)/m.exec(metrics)?.[1]));
      }, 500);
      try {
        const statuses = await flood(url, 96, 3_000, 30_000);
        console.info(`S-09: ${JSON.stringify([...statuses])}, at most ${Math.round(highest / mebibyte)} MiB resident`);
        expect([...statuses.keys()].sort()).toEqual([200, 503]);
        expect(highest).toBeGreaterThan(0);
        expect(highest).toBeLessThanOrEqual(0.9 * 512 * mebibyte);
        expect(child.exitCode).toBeNull();
        expect((await fetch(`${url}/healthz`)).status).toBe(200);
      } finally {
        clearInterval(watching);
        child.kill("SIGTERM");
        await rm(directory, { recursive: true, force: true });
      }
    },
  );
});

const CLIENTS = isDeep ? 1_000 : 40;

test(
  `S-10: ${CLIENTS} clients that watch are all back after a restart, and the endpoint is at rest`,
  patient,
  async () => {
    const directory = await temporaryDirectory();
    let endpoint = await startEndpoint({}, directory);
    await endpoint.publish("web.test", { flags: { one: {} } });
    const { url, port } = endpoint.server;
    const ends = new AbortController();
    setMaxListeners(0, ends.signal);
    let greeted = 0;
    const watch = async (): Promise<void> => {
      while (!ends.signal.aborted) {
        try {
          const { signal } = ends;
          for await (const _ of connectClient(url, pageKey).watchBundle({ audience: "web.test" }, { signal }))
            greeted++;
        } catch {
          // The endpoint is away, or the test ends.
        }
        if (!ends.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1_000 * Math.random()));
      }
    };
    const watching = Array.from({ length: CLIENTS }, watch);
    const until = (count: number) => expect.poll(() => greeted, { timeout: 60_000, interval: 50 }).toBe(count);
    const restingCpu = async (): Promise<number> => {
      const before = process.cpuUsage();
      await new Promise((resolve) => setTimeout(resolve, isDeep ? 5_000 : 200));
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    await until(CLIENTS);
    const steady = await restingCpu();
    await endpoint.server.close();
    await endpoint.store.close();
    endpoint = await startEndpoint({ port }, directory);
    const backFrom = performance.now();
    await until(2 * CLIENTS);
    const tookMs = performance.now() - backFrom;
    const after = await restingCpu();
    if (isDeep)
      console.info(`S-10: back after ${Math.round(tookMs)} ms; processor ${steady} µs before, ${after} µs after`);
    expect(tookMs).toBeLessThan(60_000);
    if (isDeep) expect(after).toBeLessThan(2 * steady + 500_000);
    ends.abort();
    await Promise.all(watching);
    await endpoint.close();
    await rm(directory, { recursive: true, force: true });
  },
);

const POLLS = isDeep ? 10_000 : 200;

test(`S-12: ${POLLS} polls without change are all answered 304 without a body`, patient, async () => {
  const endpoint = await startEndpoint();
  await endpoint.publish("web.test", { flags: { one: {} } });
  const etag = endpoint.publication.manifest("web.test")?.etag ?? "";
  const poll = async (): Promise<void> => {
    const response = await fetch(`${endpoint.server.url}/v1/web.test/manifest`, { headers: { "if-none-match": etag } });
    expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([304, 0]);
  };
  for (let sent = 0; sent < POLLS; sent += 20) await Promise.all(Array.from({ length: 20 }, poll));
  await endpoint.close();
});
