/** N-05: 18 failures, at first and later, of bundles and of exposures: 72 cells that equal the written table. @module */
import { createServer } from "node:net";
import { until } from "@aplomb/testkit";
import {
  type CertificateAuthority,
  createCertificateAuthority,
  type FaultProxy,
  startFaultProxy,
} from "@aplomb/testkit/fault-proxy";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { DeliveryCounters } from "./index.js";
import { EXTENDED_MS, type FailureRig, good, POLL_MS, startFailureRig, type Watched } from "./testing/failure-rig.js";
import { type Consequence, NETWORK_ROWS, type NetworkFailure } from "./testing/network-rows.js";

type Phase = "initial" | "steady";

/** All draws are in the middle. Before the first success the next poll comes after half an interval. */
const WAITS_MS: Readonly<Record<Phase, Partial<Record<Consequence, number>>>> = {
  initial: { extended: EXTENDED_MS, poll: POLL_MS / 2 },
  steady: { extended: EXTENDED_MS, poll: POLL_MS },
};
const cells = (["initial", "steady"] as const).flatMap((phase) => NETWORK_ROWS.map((row) => ({ ...row, phase })));

let authority: CertificateAuthority;
let untrusted: FaultProxy;
let closedPort: number;
let rig: FailureRig;
beforeAll(async () => {
  authority = await createCertificateAuthority();
  untrusted = await startFaultProxy("http://127.0.0.1:9", { tls: await authority.issue() });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closedPort = (server.address() as { port: number }).port;
  await new Promise((resolve) => server.close(resolve));
});
afterAll(async () => {
  await untrusted.close();
  await authority.close();
});
beforeEach(async () => {
  rig = await startFailureRig();
});
afterEach(() => rig.close());

/** A fetch over real sockets that meets a failure wherever the path ends so, while it is switched on. */
function failingFetch(failure: NetworkFailure, pathEnd: string) {
  const origins: Readonly<Record<string, string>> = {
    refused: `http://127.0.0.1:${closedPort}`,
    TLS: untrusted.url,
    DNS: "http://flags.invalid",
  };
  const state = { isOn: false, requests: 0 };
  const isHit = (path: string): boolean => state.isOn && path.endsWith(pathEnd);
  rig.proxy.setRule(({ path }) => {
    if (!isHit(path)) return undefined;
    return typeof failure === "number" ? { kind: "answer", status: failure } : { kind: "reset" };
  });
  const fetch: typeof globalThis.fetch = (url, init) => {
    if (String(url).endsWith(pathEnd)) state.requests++;
    const origin = isHit(String(url)) ? origins[failure] : undefined;
    return globalThis.fetch(origin ? String(url).replace(rig.proxy.url, origin) : url, init);
  };
  return { fetch, state };
}

/** Expects the next request after so long, and not before. */
async function expectNextAfter(
  { clock }: Watched,
  delayMs: number,
  state: { readonly requests: number },
): Promise<void> {
  const before = state.requests;
  await clock.advance(delayMs - 1);
  expect(state.requests).toBe(before);
  await clock.advance(1);
  await until(() => state.requests === before + 1);
}

describe("N-05 the bundle", () => {
  test.each(cells)("$failure, $phase → $initial.bundle / $steady.bundle", async ({ failure, phase, ...row }) => {
    rig.endpoint.publish(good);
    const { fetch, state } = failingFetch(failure, "/manifest");
    state.isOn = phase === "initial";
    const watched = rig.start({ fetch });
    const { client, clock } = watched;
    if (phase === "steady") {
      await until(() => client.status.confirmedAtMs > 0);
      state.isOn = true;
      await clock.advance(POLL_MS / 2);
    }
    await until(() => client.status.error !== undefined);
    const { bundle } = row[phase];
    const isAnswered = typeof failure === "number";
    const isRefused = isAnswered && (bundle !== "retry" || failure === 404);
    expect(client.status.error?.code).toBe(isRefused ? "REFUSED" : "UNREACHABLE");
    expect([client.status.bundleVersion, watched.variant()]).toEqual(phase === "steady" ? [5, "on"] : [0, undefined]);
    await expectNextAfter(watched, WAITS_MS[phase][bundle] ?? 1_000, state);
    await until(() => client.status.error?.atMs === clock.nowMs());
  });
});

describe("N-05 exposures", () => {
  const expose = ({ client }: Watched, units: readonly string[]): void => {
    for (const targetingKey of units) client.getBooleanValue("checkout.enabled", false, { targetingKey });
    void client.flush({ timeoutMs: 3_600_000 });
  };

  test.each(cells)("$failure, $phase → $initial.exposures / $steady.exposures", async ({ failure, phase, ...row }) => {
    rig.endpoint.publish(good);
    const { fetch, state } = failingFetch(failure, "/PublishExposures");
    let counters = {} as DeliveryCounters;
    const onDelivery = (next: DeliveryCounters): void => {
      counters = { ...next };
    };
    const watched = await rig.startServing({ fetch, hooks: { onDelivery } });
    if (phase === "steady") {
      expose(watched, ["user-0"]);
      await until(() => counters.acked === 1);
    }
    state.isOn = true;
    expose(watched, ["user-1", "user-2"]);
    const { exposures } = row[phase];
    if (exposures === "rejected") {
      await until(() => counters.rejected?.[`http_${failure}`] === 2);
      expect([counters.inFlight, counters.batchesRetried]).toEqual([0, 0]);
    } else if (exposures === "oversize") {
      await watched.clock.advanceUntil(() => counters.dropped?.oversize === 2, POLL_MS).catch(() => {});
      await until(() => counters.dropped?.oversize === 2);
    } else {
      await until(() => counters.batchesRetried === 1);
      await expectNextAfter(watched, exposures === "extended" ? EXTENDED_MS : 500, state);
      state.isOn = false;
      await until(() => counters.batchesRetried === 2);
      await watched.clock.advance(EXTENDED_MS);
      await until(() => counters.acked === (phase === "steady" ? 3 : 2));
      expect(rig.endpoint.batches.flatMap((batch) => batch.exposures).length).toBe(counters.acked);
    }
  });
});
