/** The Node client on networks that break: what was there answers on, and nothing of the rest is believed. @module */
import { brotliCompressSync } from "node:zlib";
import { createSeededRandom, until } from "@aplomb/testkit";
import { type Fault, redirect, startTcpProxy, webPage } from "@aplomb/testkit/fault-proxy";
import { startTestEndpoint } from "@aplomb/testkit/test-endpoint";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type FailureRig,
  good,
  keys,
  liveUntil,
  next,
  POLL_MS,
  startFailureRig,
  type Watched,
} from "./testing/failure-rig.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const OFFSETS = isDeep ? 100 : 6;

let rig: FailureRig;
beforeEach(async () => {
  rig = await startFailureRig();
});
afterEach(() => rig.close());

const isManifest = ({ path }: { readonly path: string }): boolean => path.endsWith("/manifest");
const isBundle = ({ path }: { readonly path: string }): boolean => path.includes("/b/");

/** Polls once and waits for the end of it. */
async function poll({ client, clock }: Watched, afterMs = POLL_MS / 2): Promise<void> {
  const { confirmedAtMs, error } = client.status;
  await clock.advance(afterMs);
  await until(() => client.status.confirmedAtMs !== confirmedAtMs || client.status.error?.atMs !== error?.atMs);
}

describe("N-06 N-07 an endpoint that goes quiet", () => {
  test.each<[string, Fault]>([
    ["N-06 a slow head", { kind: "drip", bytesPerSecond: 1, head: true }],
    ["N-06 a stall in the body", { kind: "stall", afterBytes: 10 }],
    ["N-07 no answer", { kind: "hang" }],
  ])("%s is given up five seconds after the last sign of life", async (_name, fault) => {
    rig.endpoint.publish(good);
    rig.proxy.setRule((request) => (isManifest(request) ? fault : undefined));
    const { client, clock } = rig.start();
    await until(() => rig.manifests().length === 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await clock.advance(4_999);
    expect(client.status.error?.code).not.toBe("UNREACHABLE");
    await clock.advance(1);
    await until(() => client.status.error?.code === "UNREACHABLE");
    expect(client.status.error?.message).toContain("nothing came for 5000 ms");
  });

  test("N-07 half-open: connections that are there and carry nothing are noticed, and others go on", async () => {
    rig.endpoint.publish(good);
    const tcp = await startTcpProxy(rig.endpoint.url);
    const watched = await rig.startServing({ endpoint: tcp.url });
    const other = await rig.startServing();
    tcp.freeze();
    rig.endpoint.publish(next);
    // Detected within the time-outs of one request.
    await watched.clock.advance(POLL_MS / 2);
    await new Promise((resolve) => setTimeout(resolve, 30));
    await watched.clock.advance(10_000);
    await until(() => watched.client.status.error?.code === "UNREACHABLE");
    expect(watched.variant()).toBe("on");
    await poll(other);
    expect(other.client.status.bundleVersion).toBe(6);
    tcp.thaw();
    await liveUntil(watched.clock, () => watched.client.status.bundleVersion === 6);
    await tcp.close();
  });
});

describe("N-08 truncated answers", () => {
  test.each([
    { of: "manifest", chunked: false },
    { of: "manifest", chunked: true },
    { of: "bundle", chunked: false },
    { of: "bundle", chunked: true },
  ])(`$of, chunked: $chunked, at ${OFFSETS} offsets: nothing is activated`, async ({ of, chunked }) => {
    rig.endpoint.publish(good);
    const watched = await rig.startServing();
    const { client, clock, heard } = watched;
    rig.endpoint.publish(next);
    const isHit = of === "manifest" ? isManifest : isBundle;
    const bytes = (of === "manifest" ? next.manifest : next.bundle).length;
    let afterBytes = 0;
    rig.proxy.setRule((request) => (isHit(request) ? { kind: "truncate", afterBytes, chunked } : undefined));
    for (let at = 0; at < OFFSETS; at++) {
      afterBytes = Math.floor((at * bytes) / OFFSETS);
      const failedAtMs = client.status.error?.atMs;
      await liveUntil(clock, () => client.status.error !== undefined && client.status.error.atMs !== failedAtMs);
      expect([client.status.bundleVersion, watched.variant()]).toEqual([5, "on"]);
    }
    expect(heard.filter((event) => event.startsWith("changed"))).toEqual([]);
    rig.proxy.setRule(undefined);
    await liveUntil(clock, () => client.status.bundleVersion === 6);
  });
});

describe("N-09 redirects", () => {
  test.each<[string, (elsewhere: string) => Fault]>([
    ["to another host", (elsewhere) => redirect(`${elsewhere}/v1/api.test/manifest`)],
    ["to http", () => redirect("http://127.0.0.1:1/v1/api.test/manifest", 307)],
    ["to itself", () => redirect("/v1/api.test/manifest", 301)],
    ["for good", (elsewhere) => redirect(`${elsewhere}/v1/api.test/manifest`, 308)],
  ])("%s are refused: nobody else is asked, and nobody twice", async (_name, faultTo) => {
    const elsewhere = await startTestEndpoint();
    elsewhere.publish(next);
    rig.endpoint.publish(good);
    const watched = await rig.startServing();
    const before = rig.proxy.requests.length;
    rig.proxy.setRule(() => faultTo(elsewhere.url));
    await poll(watched);
    expect(watched.client.status.error?.code).toBe("UNREACHABLE");
    expect([elsewhere.requests.length, rig.proxy.requests.length - before, watched.variant()]).toEqual([0, 1, "on"]);
    await elsewhere.close();
  });
});

describe("N-12 answers that are something else", () => {
  const gzip = { "content-encoding": "gzip" };
  const bodies: readonly [string, Fault][] = [
    ["a portal's page", webPage()],
    ["JSON", { kind: "answer", status: 200, headers: { "content-type": "application/json" }, body: '{"flags":{}}' }],
    ["nothing", { kind: "answer", status: 200, body: "" }],
    ["204", { kind: "answer", status: 204 }],
    ["another message", { kind: "answer", status: 200, body: Uint8Array.of(0x08, 0x96, 0x01) }],
    ["zeros", { kind: "answer", status: 200, body: new Uint8Array(300) }],
    ["noise", { kind: "answer", status: 200, body: createSeededRandom(12).bytes(300) }],
    ["text in UTF-16", { kind: "answer", status: 200, body: Buffer.from("\ufeffplain", "utf16le") }],
    [
      "brotli that is called gzip",
      { kind: "answer", status: 200, headers: gzip, body: brotliCompressSync(good.manifest) },
    ],
    ["a root in the place of a manifest", { kind: "answer", status: 200, body: keys.rootEnvelope }],
  ];

  test.each(bodies)("%s for a manifest, or for a bundle: refused, and what was there answers", async (_name, fault) => {
    rig.endpoint.publish(good);
    const watched = await rig.startServing();
    const { client, clock } = watched;
    rig.endpoint.publish(next);
    for (const isHit of [isManifest, isBundle]) {
      rig.proxy.setRule((request) => (isHit(request) ? fault : undefined));
      const failedAtMs = client.status.error?.atMs;
      await liveUntil(clock, () => client.status.error !== undefined && client.status.error.atMs !== failedAtMs);
      expect([client.status.bundleVersion, watched.variant()]).toEqual([5, "on"]);
    }
    rig.proxy.setRule(undefined);
    await liveUntil(clock, () => client.status.bundleVersion === 6);
  });
});
