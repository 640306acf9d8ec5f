/** The failure table, row by row: code, status, events, retry, what is said and to whom. Over real sockets, on virtual time. @module */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { until } from "@aplomb/testkit";
import { startTestEndpoint } from "@aplomb/testkit/test-endpoint";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fileStore } from "./file-store.js";
import {
  EXTENDED_MS,
  type FailureRig,
  good,
  liveUntil,
  next,
  POLL_MS,
  seal,
  startFailureRig,
  thief,
  underManifest,
  user,
  type Watched,
} from "./testing/failure-rig.js";
import { FAILURES, type FailureRow } from "./testing/failure-rows.js";

/** The second load comes after half an interval, all draws being in the middle. */
const FIRST_POLL_MS = POLL_MS / 2;

let rig: FailureRig;
beforeEach(async () => {
  rig = await startFailureRig();
});
afterEach(() => rig.close());

const isRequest = ({ code }: FailureRow) => code === "UNREACHABLE" || code === "REFUSED";

async function failOnce({ client, clock }: Watched, row: FailureRow): Promise<void> {
  if (row.serve) rig.endpoint.publish(await row.serve());
  rig.proxy.setRule((request) => (request.path.endsWith("/manifest") ? row.fault : undefined));
  await clock.advance(FIRST_POLL_MS);
  await until(() => client.status.error !== undefined);
}

/** Waits for the manifest request that comes so much later, and not before. */
async function expectRetryAfter({ client, clock }: Watched, delayMs: number): Promise<void> {
  const before = rig.manifests().length;
  await clock.advance(delayMs - 1);
  expect(rig.manifests().length).toBe(before);
  await clock.advance(1);
  await until(() => rig.manifests().length === before + 1);
  await until(() => client.status.error?.atMs === clock.nowMs());
}

describe("failure table, with a bundle serving", () => {
  test.each(FAILURES)("$code: $name → $state, again after $retryMs ms", async (row) => {
    rig.endpoint.publish(good);
    const watched = await rig.startServing();
    const { client, heard, lines } = watched;
    const bundlesBefore = rig.bundles().length;
    await failOnce(watched, row);

    // What was there answers; the state and the events are the row's; one line says it.
    expect([watched.variant(), client.status.bundleVersion]).toEqual(["on", 5]);
    expect(client.status).toMatchObject({ state: row.state, error: { code: row.code } });
    expect(heard).toEqual(row.events);
    expect(lines).toEqual([expect.stringContaining(isRequest(row) ? "/manifest" : row.code)]);
    expect(rig.bundles().length - bundlesBefore).toBe(row.bundles?.[0] ?? 0);

    // The next batch carries the refusal to the control plane.
    client.getBooleanValue("checkout.enabled", false, user);
    await client.flush();
    expect(rig.endpoint.batches.at(-1)?.bundleStatus?.rejectedCode).toBe(isRequest(row) ? "" : row.code);

    // It is tried again when the row says so, and what goes on is not heard twice, nor said twice in a minute.
    await expectRetryAfter(watched, row.retryMs);
    expect(rig.manifests().at(-1)?.headers["if-none-match"] === undefined).toBe(row.asksAnew ?? false);
    expect([heard, lines.length]).toEqual([row.events, row.retryMs > 60_000 ? 2 : 1]);
    expect(rig.bundles().length - bundlesBefore).toBe(row.bundles?.[1] ?? 0);

    // Once all is well again, so is the client.
    rig.proxy.setRule(undefined);
    rig.endpoint.publish(await seal("off", { version: 7n }));
    await liveUntil(watched.clock, () => client.status.bundleVersion === 7, EXTENDED_MS);
    expect([client.status.state, watched.variant()]).toEqual(["READY", "off"]);
  });

  test("UNREACHABLE past its freshness → STALE, and it goes on answering", async () => {
    rig.endpoint.publish(await seal("on", { version: 5n, freshUntilMs: BigInt(Date.now() + 45_000) }));
    const watched = await rig.startServing();
    const { client, clock, heard } = watched;
    rig.proxy.setRule(() => ({ kind: "reset" }));
    await clock.advance(FIRST_POLL_MS);
    await until(() => client.status.error !== undefined);
    expect(client.status.state).toBe("READY");
    await liveUntil(clock, () => client.status.state !== "READY");
    expect([client.status.state, heard.at(-1), watched.variant()]).toEqual(["STALE", "stale", "on"]);
  });

  test("SIGNATURE three times in a row → the fallback origin", async () => {
    const second = await startTestEndpoint();
    rig.endpoint.publish(good);
    second.publish(next);
    const { client, clock, heard } = await rig.startServing({ fallbackEndpoint: second.url });
    rig.endpoint.publish(await underManifest({}, [thief]));
    for (let failures = 1; failures <= 3; failures++) {
      await clock.advance(failures === 1 ? FIRST_POLL_MS : POLL_MS);
      await until(() => client.status.error?.atMs === clock.nowMs());
    }
    expect(second.requests).toEqual([]);
    // The other origin has asked for no patience: it is tried after the shortest wait, not at the next poll.
    await clock.advance(1_000);
    await until(() => client.status.bundleVersion === 6);
    expect(heard.filter((event) => event.startsWith("security"))).toEqual(["security SIGNATURE"]);
    await second.close();
  });
});

describe("failure table, from a cold start", () => {
  test("NO_DATA: NOT_READY, then ERROR after five seconds with the callers' defaults, then recovery", async () => {
    rig.proxy.setRule(() => ({ kind: "reset" }));
    const watched = rig.start();
    const { client, clock, heard } = watched;
    await until(() => client.status.error !== undefined);
    expect(client.status).toMatchObject({ state: "NOT_READY", error: { code: "UNREACHABLE" } });
    const details = client.getBooleanDetails("checkout.enabled", true, user);
    expect(details).toMatchObject({ value: true, errorCode: "PROVIDER_NOT_READY" });
    await liveUntil(clock, () => client.status.state !== "NOT_READY");
    expect([client.status.state, clock.monotonicMs()]).toEqual(["ERROR", 5_000]);
    rig.proxy.setRule(undefined);
    rig.endpoint.publish(good);
    await liveUntil(clock, () => client.status.state === "READY");
    expect([watched.variant(), heard.at(-2), heard.at(-1)]).toEqual(["on", "ready", "changed 5"]);
  });

  test("CACHE: a stored copy that is damaged is ignored, and replaced at the next success", async () => {
    rig.endpoint.publish(good);
    const store = fileStore(rig.directory);
    const first = await rig.startServing({ store });
    await first.client.close();
    const files = (await readdir(rig.directory)).map((name) => join(rig.directory, name));
    for (const file of files) await writeFile(file, "junk");
    const { client, lines, heard } = rig.start({ store });
    expect(await client.ready()).toMatchObject({ state: "READY", source: "network" });
    expect([lines, heard]).toEqual([[], ["ready", "changed 5"]]);
    await until(() => client.status.confirmedAtMs > 0);
    expect((await store.load("test/api.test")).bundles).toHaveLength(1);
  });

  test("CACHE: a stored copy that does not verify is said to be ignored", async () => {
    rig.endpoint.publish(good);
    const store = fileStore(rig.directory);
    const stolen = await underManifest({ version: 9n }, [thief]);
    const floor = { epoch: 1, version: 1, sha256: stolen.sha256 };
    await store.save("test/api.test", { envelope: stolen.manifest, bundle: stolen.bundle, floor });
    const { client, lines } = rig.start({ store });
    expect(await client.ready()).toMatchObject({ state: "READY", source: "network", bundleVersion: 5 });
    expect(lines).toEqual([expect.stringContaining("SIGNATURE")]);
    await until(() => client.status.confirmedAtMs > 0);
  });

  test("PERSIST: a bundle that cannot be stored is active all the same", async () => {
    rig.endpoint.publish(good);
    const started = rig.start({ store: fileStore("/dev/null/aplomb") });
    expect(await started.client.ready()).toMatchObject({ state: "READY", bundleVersion: 5 });
    await until(() => started.client.status.confirmedAtMs > 0);
    expect(started.lines).toEqual([expect.stringContaining("ENOTDIR")]);
    expect([started.client.status.error, started.variant()]).toEqual([undefined, "on"]);
  });
});
