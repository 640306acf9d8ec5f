/** Rates and overload over real sockets: who is told to come again, when, and that others notice nothing. @module */
import { writePublishRequest } from "@aplomb/core";
import { ResolveService } from "@aplomb/proto/resolve-service";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { afterEach, describe, expect, test } from "vitest";
import { batchBytes, exposures } from "../../test/batches.js";
import { clients, pageKey, serviceKey, startEndpoint, type TestEndpoint } from "../../test/endpoint.js";
import type { ResolveServerOptions } from "../resolve-server-options.js";
import type { Load } from "./load-guard.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const publishPath = "/aplomb.v1.ResolveService/PublishExposures";
const stopped = { nowMs: () => 1_700_000_000_000, setTimer: () => () => undefined };

let endpoint: TestEndpoint;
afterEach(() => endpoint.close());

async function start(options: Partial<ResolveServerOptions>): Promise<void> {
  endpoint = await startEndpoint(options);
  for (const audience of ["web.test", "api.test"]) await endpoint.publish(audience, { flags: { one: {} } });
}

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${endpoint.server.url}${path}`, { headers });
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

function post(key: string, audience = "web.test"): Promise<Response> {
  const batch = batchBytes({ audience, exposures: exposures(5, { bundleVersion: 9 }, 0, audience) });
  return fetch(`${endpoint.server.url}${publishPath}`, {
    method: "POST",
    headers: { ...bearer(key), "content-type": "application/proto" },
    body: writePublishRequest(batch, Date.now()),
  });
}

function evaluate(key: string): Promise<Response> {
  return fetch(`${endpoint.server.url}/ofrep/v1/evaluate/flags`, {
    method: "POST",
    headers: { "x-api-key": key, "content-type": "application/json" },
    body: '{"context":{}}',
  });
}

/** What a call over gRPC fails with; undefined for one that does not. */
async function grpcCode(key: string): Promise<Code | undefined> {
  const transport = createGrpcTransport({ baseUrl: `http://127.0.0.1:${endpoint.server.grpcPort}` });
  return createClient(ResolveService, transport)
    .resolveFlags({ audience: "web.test" }, { headers: bearer(key) })
    .then(
      () => undefined,
      (error: unknown) => ConnectError.from(error).code,
    );
}

const limited = clients.map((client) => ({ ...client, client: client.kind, rate: { perSecond: 2, burst: 3 } }));

describe("rates", () => {
  test("a client that calls too often is told when to come again; the other goes on", async () => {
    await start({ clients: limited, clock: stopped });
    const answers: Response[] = [];
    for (let call = 0; call < 5; call++) answers.push(await post(pageKey));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429]);
    const [last] = answers.slice(-1);
    expect(last?.headers.get("retry-after")).toBe("1");
    expect(last?.headers.get("aplomb-code")).toBe("rate_limited");
    expect(await last?.json()).toMatchObject({ code: "resource_exhausted" });
    expect((await post(serviceKey, "api.test")).status).toBe(200);
    expect(await (await get("/metrics")).text()).toContain('aplomb_requests_rate_limited_total{client="browser"} 2');
  });

  test("manifests of a private audience count as its client's calls", async () => {
    await start({ clients: limited, clock: stopped });
    const statuses: number[] = [];
    for (let call = 0; call < 4; call++) statuses.push((await get("/v1/api.test/manifest", bearer(serviceKey))).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  test("evaluating, over OFREP and over gRPC, counts as its client's calls", async () => {
    await start({ clients: limited, clock: stopped, grpcPort: 0 });
    expect([(await evaluate(pageKey)).status, await grpcCode(pageKey), (await evaluate(pageKey)).status]).toEqual([
      ...[200, undefined, 200],
    ]);
    expect(await grpcCode(pageKey)).toBe(Code.ResourceExhausted);
    const refused = await evaluate(pageKey);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"]);
    expect((await post(serviceKey, "api.test")).status).toBe(200);
  });

  test("wrong keys are counted by address; right keys from there are not held back", async () => {
    await start({ rates: { unknownKeys: { perSecond: 1, burst: 2 } }, clock: stopped });
    const statuses: number[] = [];
    for (let call = 0; call < 3; call++) statuses.push((await post(`guess-${call}`)).status);
    expect(statuses).toEqual([401, 401, 429]);
    expect((await get("/v1/api.test/manifest")).status).toBe(429);
    expect((await post(pageKey)).status).toBe(200);
  });

  test.each([
    { trustedProxies: ["127.0.0.1"], statuses: [401, 401] },
    { trustedProxies: undefined, statuses: [401, 429] },
  ])("behind proxies $trustedProxies, two addresses get $statuses", async ({ trustedProxies, statuses }) => {
    const rates = { unknownKeys: { perSecond: 1, burst: 1 } };
    await start({ rates, clock: stopped, ...(trustedProxies && { trustedProxies }) });
    const found: number[] = [];
    for (const address of ["192.0.2.1", "192.0.2.2"]) {
      found.push((await get("/v1/api.test/manifest", { "x-forwarded-for": address })).status);
    }
    expect(found).toEqual(statuses);
  });

  test("all together are held to a rate, but health and metrics are not", async () => {
    await start({ rates: { total: { perSecond: 1, burst: 2 } }, clock: stopped });
    const statuses: number[] = [];
    for (const path of ["/v1/web.test/manifest", "/v1/root/1", "/v1/web.test/manifest", "/healthz", "/metrics"]) {
      statuses.push((await get(path)).status);
    }
    expect(statuses).toEqual([200, 200, 429, 200, 200]);
  });

  test("S-04: one client at ten times its rate changes nothing for the others", async () => {
    const perSecond = isDeep ? 100 : 10;
    const others = isDeep ? 1_000 : 20;
    const [page, service] = clients;
    if (!page || !service) throw new Error("there are two clients");
    await start({ clients: [{ ...page, rate: { perSecond, burst: perSecond } }, service] });
    const calm = await latencies(others);
    const rssBefore = process.memoryUsage.rss();
    const flood = floodWith(isDeep ? 10_000 : 100);
    const busy = await latencies(others);
    const { refused, accepted, withoutRetryAfter, seconds } = await flood;
    expect([refused > 0, withoutRetryAfter]).toEqual([true, 0]);
    expect(accepted).toBeLessThanOrEqual(perSecond * (1 + seconds) + 1);
    expect(busy.statuses).toEqual(new Set([200]));
    if (!isDeep) return;
    expect(process.memoryUsage.rss() - rssBefore).toBeLessThan(64 * 1024 * 1024);
    expect(busy.p99Ms).toBeLessThanOrEqual(2 * calm.p99Ms + 20);
  });
});

/** Sends batches of the other client one after the other. */
async function latencies(count: number): Promise<{ statuses: Set<number>; p99Ms: number }> {
  const statuses = new Set<number>();
  const took: number[] = [];
  for (let call = 0; call < count; call++) {
    const startMs = performance.now();
    const response = await post(serviceKey, "api.test");
    await response.arrayBuffer();
    statuses.add(response.status);
    took.push(performance.now() - startMs);
  }
  took.sort((a, b) => a - b);
  return { statuses, p99Ms: took[Math.floor(0.99 * (took.length - 1))] ?? 0 };
}

/** Calls so often with the page's key, some at a time and as fast as it goes. */
async function floodWith(calls: number) {
  const result = { accepted: 0, refused: 0, withoutRetryAfter: 0, seconds: 0 };
  const startMs = performance.now();
  let left = calls;
  const sender = async (): Promise<void> => {
    while (left-- > 0) {
      const response = await post(pageKey);
      await response.arrayBuffer();
      if (response.status === 200) result.accepted++;
      else result.refused++;
      if (response.status === 429 && !response.headers.has("retry-after")) result.withoutRetryAfter++;
    }
  };
  await Promise.all(Array.from({ length: 8 }, sender));
  return { ...result, seconds: (performance.now() - startMs) / 1_000 };
}

describe("overload", () => {
  const calm: Load = { heapUsedBytes: 10, externalBytes: 0, eventLoopDelayMs: 0 };
  const memory = { heapLimitBytes: 100, containerLimitBytes: undefined };

  test("S-09: with a heap that is nearly full, work answers 503 and Retry-After, and health answers as before", async () => {
    const full = { read: () => ({ ...calm, heapUsedBytes: 90 }), stop: () => undefined };
    await start({ memory, loadReader: full, grpcPort: 0 });
    const answers = [
      ...[await post(pageKey), await evaluate(pageKey)],
      ...[await get("/v1/web.test/manifest"), await get("/console"), await get("/console/data?audience=web.test")],
    ];
    expect(await grpcCode(pageKey)).toBe(Code.Unavailable);
    for (const { status, headers } of answers) {
      expect([status, headers.get("retry-after"), headers.get("aplomb-code")]).toEqual([503, "2", "overloaded"]);
    }
    expect(
      (await get("/v1/web.test/manifest", { origin: "https://x.example" })).headers.get("access-control-allow-origin"),
    ).toBe("*");
    expect([(await get("/healthz")).status, (await get("/readyz")).status]).toEqual([200, 200]);
    expect(await (await get("/metrics")).text()).toContain('aplomb_requests_shed_total{reason="heap"} 7');
  });

  test("a heap that may outgrow its container refuses to start, and says what to do", async () => {
    endpoint = await startEndpoint();
    const starting = startEndpoint({ memory: { heapLimitBytes: 2 ** 30, containerLimitBytes: 2 ** 29 } });
    await expect(starting).rejects.toThrow("--max-old-space-size=358");
  });
});
