/** P-01, P-02 for a whole client: data without end is cut off, what was there answers, and the next poll is like any other. @module */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { until } from "@aplomb/testkit";
import type { Fault } from "@aplomb/testkit/fault-proxy";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FailureRig, good, liveUntil, next, POLL_MS, startFailureRig } from "./testing/failure-rig.js";

const DEEP = process.env.APLOMB_DEEP === "1";
let rig: FailureRig;
beforeEach(async () => {
  rig = await startFailureRig();
});
afterEach(() => rig.close());

/** 256 MiB of zeros, in about 255 KiB. */
const bomb: Fault = {
  ...{ kind: "answer", status: 200, headers: { "content-encoding": "gzip" } },
  body: Buffer.concat(Array(256).fill(gzipSync(new Uint8Array(2 ** 20)))),
};
const endless: Fault = { kind: "endless", chunk: new Uint8Array(65_536) };

describe.each([
  { what: "manifest", code: "LIMIT", at: (path: string) => path.endsWith("/manifest") },
  { what: "bundle", code: "HASH", at: (path: string) => path.includes("/b/") },
])("in the place of a $what", ({ code, at }) => {
  test.each([
    { id: "P-01", name: "a bomb of gzip", fault: bomb },
    { id: "P-02", name: "a body without end", fault: endless },
  ])("$id $name: cut off, and the next poll is normal", async ({ fault }) => {
    rig.endpoint.publish(good);
    const { client, clock, variant } = await rig.startServing();
    rig.endpoint.publish(next);
    rig.proxy.setRule(({ path }) => (at(path) ? fault : undefined));
    const rssBefore = process.memoryUsage().rss;
    const startedMs = performance.now();
    await clock.advance(POLL_MS / 2);
    await until(() => client.status.error !== undefined);
    if (DEEP) {
      expect(performance.now() - startedMs).toBeLessThan(10_000);
      expect(process.memoryUsage().rss - rssBefore).toBeLessThan(128 * 2 ** 20);
    }
    expect([client.status.error?.code, client.status.bundleVersion, variant()]).toEqual([code, 5, "on"]);
    rig.proxy.setRule(undefined);
    await liveUntil(clock, () => client.status.bundleVersion === 6);
    expect([client.status.state, variant()]).toEqual(["READY", "off"]);
  });
});

describe("P-02 a body that comes byte by byte", () => {
  let drip: Server;
  let [closed, written] = [0, 0];
  beforeEach(async () => {
    [closed, written] = [0, 0];
    drip = createServer((_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(".", () => written++), 5);
      response.on("close", () => {
        clearInterval(timer);
        closed++;
      });
    });
    await new Promise<void>((resolve) => drip.listen(0, "127.0.0.1", resolve));
  });
  afterEach(() => {
    drip.closeAllConnections();
    drip.close();
  });

  test("is given up within twenty seconds, its socket closed, and the fallback and the next polls are normal", async () => {
    const url = `http://127.0.0.1:${(drip.address() as AddressInfo).port}`;
    rig.endpoint.publish(good);
    const { client, clock, variant } = rig.start({ endpoint: url, fallbackEndpoint: rig.endpoint.url });
    await until(() => written > 0);
    for (let second = 0; client.status.error?.code !== "UNREACHABLE"; second++) {
      expect(second).toBeLessThan(60);
      await clock.advance(1_000);
      // Something comes in every second, however busy the machine is.
      const before = written;
      await until(() => written > before + 1 || closed > 0);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(client.status.error).toMatchObject({ code: "UNREACHABLE", message: expect.stringContaining("10000 ms") });
    await until(() => closed > 0);
    for (let step = 0; client.status.bundleVersion === 0 && step < 400; step++) {
      await clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect([client.status.bundleVersion, variant()]).toEqual([5, "on"]);
  });
});
