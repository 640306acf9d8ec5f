/** Whole clients, many of them, while keys rotate, manifests freeze and clocks are wrong. On virtual time. @module */
import { type SealedBundle, until } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { createClient } from "./create-client.js";
import type { FlagClient } from "./flag-client.js";
import { createMemorySink } from "./testing/memory-sink.js";
import { createMemorySource } from "./testing/memory-source.js";
import { AUDIENCE, rolledOut, seal } from "./testing/sealed-bundles.js";
import { on, startClient, user } from "./testing/start-client.js";
import { type Era, firstEra, newKey, nextEra, sealUnder } from "./testing/test-domain.js";
import { createTestHost } from "./testing/test-host.js";

const DEEP = process.env.APLOMB_DEEP === "1";
const DAY_MS = 86_400_000;
const first = await firstEra();

/** Clients that share a clock and a source, and what they had to complain about. */
function crowd(count: number, pollIntervalMs: number, served: SealedBundle) {
  const source = createMemorySource();
  source.publish(served);
  const host = createTestHost();
  const clients: FlagClient[] = [];
  const errors: string[] = [];
  for (let i = 0; i < count; i++) {
    const client = createClient(
      {
        ...{ endpoint: "https://flags.example.com", clientKey: "key", source, sink: createMemorySink(), logger: null },
        ...{ trust: { root: first.envelope, audience: AUDIENCE }, refresh: { pollIntervalMs } },
      },
      host,
    );
    client.on("error", ({ error }) => errors.push(String(error?.code)));
    clients.push(client);
  }
  const versions = () => clients.map(({ status }) => status.bundleVersion);
  const all = (version: number) => versions().every((one) => one === version);
  const close = () => Promise.all(clients.map((client) => client.close({ timeoutMs: 0 })));
  return { source, clock: host.clock, clients, errors, versions, all, close };
}

const publishRoot = (source: ReturnType<typeof createMemorySource>, era: Era) =>
  source.publishRoot(Number(era.version), era.envelope);

const many = 100;

test(`B-06 ${many} clients that a stolen key led to version 2^53-1 are back within two polls of the new root`, {
  timeout: 60_000,
}, async () => {
  const { source, clock, errors, all, close } = crowd(many, 30_000, await sealUnder(first, 3n));
  await clock.settle();
  await until(() => all(3));
  source.publish(await sealUnder(first, 2n ** 53n - 1n));
  await clock.advance(60_000);
  await until(() => all(2 ** 53 - 1));
  const second = await nextEra(first, { epoch: 2n, bundleKeys: [await newKey("bundle-2")] });
  publishRoot(source, second);
  source.publish(await sealUnder(second, 1n));
  await clock.advance(2 * 36_000);
  await until(() => all(1));
  expect(errors).toEqual([]);
  await close();
});

const minutes = DEEP ? 10 : 1;

test(`B-14 ${many} clients poll every second for ${minutes} minutes while the bundle key rotates: no poll is refused`, {
  timeout: 600_000,
}, async () => {
  const { source, clock, errors, versions, all, close } = crowd(many, 1_000, await sealUnder(first, 1n));
  const [old, fresh] = [first.bundleKeys[0] ?? expect.unreachable(), await newKey("bundle-2")];
  const second = await nextEra(first, { bundleKeys: [old, fresh] });
  const third = await nextEra(second, { bundleKeys: [fresh] });
  const partMs = minutes * 15_000;
  // The old key; both in the root, the old one signing; both, the new one; the new one alone.
  const parts = [
    () => sealUnder(first, 1n),
    () => sealUnder(second, 2n, { signer: old }),
    () => sealUnder(second, 3n, { signer: fresh }),
    () => sealUnder(third, 4n, { signer: fresh }),
  ];
  for (const [place, make] of parts.entries()) {
    if (place === 1) publishRoot(source, second);
    if (place === 3) publishRoot(source, third);
    source.publish(await make());
    await clock.advance(partMs);
    await until(() => all(place + 1));
  }
  expect([errors, new Set(versions())]).toEqual([[], new Set([4])]);
  await close();
});

test.each([29, 400])("B-14 a client that was offline for %d days is back within two polls", async (days) => {
  const { source, clock, clients, errors, all, close } = crowd(1, 30_000, await sealUnder(first, 1n));
  await clock.settle();
  await until(() => all(1));
  let era = first;
  for (let rotation = 0; rotation < days / 90; rotation++) {
    const kept = era.bundleKeys.at(-1) ?? expect.unreachable();
    era = await nextEra(era, { bundleKeys: [kept, await newKey(`bundle-${rotation + 2}`)] });
    publishRoot(source, era);
  }
  source.fail(new Error("offline"));
  // Asleep: the timers did not run, the wall clock did.
  clock.jump(days * DAY_MS);
  await clock.advance(30_000);
  expect(clients[0]?.status.bundleVersion).toBe(1);
  source.fail(undefined);
  source.publish(
    await sealUnder(era, 2n, { signer: era.bundleKeys.at(-1), freshUntilMs: BigInt(clock.nowMs() + DAY_MS) }),
  );
  await clock.advance(2 * 60_000);
  await until(() => all(2));
  expect(errors).toEqual(["UNREACHABLE"]);
  await close();
});

describe("B-05", () => {
  const sealedAt = (nowMs: number, version: bigint, variant: "on" | "off") =>
    seal({ checkout: rolledOut(variant), steady: rolledOut("on") }, { version, freshUntilMs: BigInt(nowMs + DAY_MS) });

  test("a frozen manifest: STALE within a poll of its end, all reads as before, READY within a poll of a new one", async () => {
    const { client, clock, source } = startClient({}, {}, on);
    const endMs = clock.nowMs() + DAY_MS;
    source.publish(await sealedAt(clock.nowMs(), 2n, "on"));
    await client.ready();
    await clock.advance(72_000);
    await until(() => client.status.bundleVersion === 2);
    clock.jump(endMs - clock.nowMs() - 36_000);
    await clock.advance(35_000);
    expect(client.status.state).toBe("READY");
    await clock.advance(1_000 + 36_000);
    expect(client.status).toMatchObject({ state: "STALE", bundleVersion: 2 });
    expect(client.status.error).toBeUndefined();
    for (let read = 0; read < 100_000; read++) {
      if (!client.peekValue("checkout.enabled", false, user)) expect.unreachable();
    }
    source.publish(await sealedAt(clock.nowMs(), 3n, "off"));
    await clock.advance(36_000);
    await until(() => client.status.bundleVersion === 3);
    expect(client.status.state).toBe("READY");
    await client.close({ timeoutMs: 0 });
  });

  const now = Date.now();
  test.each([
    { name: "an hour fast", offsetMs: 3_600_000 },
    { name: "an hour slow", offsetMs: -3_600_000 },
    { name: "a year fast", offsetMs: 366 * DAY_MS },
    { name: "a year slow", offsetMs: -366 * DAY_MS },
    { name: "in 1970", offsetMs: -now },
    { name: "in 2031", offsetMs: Date.UTC(2031, 0, 1) - now },
    { name: "in 2100", offsetMs: Date.UTC(2100, 0, 1) - now },
  ])("b) with a clock $name, newer versions activate all the same", async ({ offsetMs }) => {
    const { client, clock, source } = startClient({}, {}, on);
    clock.jump(offsetMs);
    await clock.settle();
    await until(() => client.status.bundleVersion === 1);
    source.publish(await sealedAt(now, 2n, "off"));
    await clock.advance(30_000);
    await until(() => client.status.bundleVersion === 2);
    expect(client.status.state).toBe(offsetMs > DAY_MS ? "STALE" : "READY");
    expect(client.peekValue("checkout.enabled", true, user)).toBe(false);
    await client.close({ timeoutMs: 0 });
  });
});

test("B-04 two bundles under one version: refused, what was there stays, and one security event however often", async () => {
  const events: string[] = [];
  const hooks = { onSecurityEvent: ({ code }: { code: string }) => void events.push(code) };
  const { client, clock, source } = startClient({ hooks }, {}, on);
  await clock.settle();
  await until(() => client.status.state === "READY");
  source.publish(await seal({ checkout: rolledOut("off") }, { version: 1n }));
  await clock.advance(300_000);
  await until(() => events.length > 0);
  await clock.advance(300_000);
  expect(events).toEqual(["EQUIVOCATION"]);
  expect([client.status.bundleVersion, client.peekValue("checkout.enabled", false, user)]).toEqual([1, true]);
  source.publish(await seal({ checkout: rolledOut("off") }, { version: 2n }));
  await clock.advance(36_000);
  await until(() => client.status.bundleVersion === 2);
  await client.close({ timeoutMs: 0 });
});

test("B-08 of four audiences in two trust domains, a client only ever serves its own", async () => {
  for (const audience of ["api.test", "api.prod", "web.test", "api.tes"]) {
    for (const trustDomain of ["test", "Test"]) {
      const sealed = await seal({ checkout: rolledOut("on") }, { audience, trustDomain });
      const { client, clock } = startClient({}, {}, sealed);
      await clock.settle();
      await until(() => client.status.bundleVersion === 1 || client.status.error !== undefined);
      const isOwn = audience === AUDIENCE && trustDomain === "test";
      expect([audience, trustDomain, client.status.state]).toEqual([audience, trustDomain, isOwn ? "READY" : "ERROR"]);
      await client.close({ timeoutMs: 0 });
    }
  }
});
