/** The endpoint as a whole: streams, health, metrics, logs, and how it ends. @module */
import { connect } from "node:net";
import { isFlagError } from "@aplomb/core";
import { Code, ConnectError } from "@connectrpc/connect";
import { afterEach, describe, expect, test } from "vitest";
import { batchBytes, connectClient, exposure, exposures } from "../test/batches.js";
import { clients, pageKey, serviceKey, startEndpoint, type TestEndpoint } from "../test/endpoint.js";
import { createResolveServer } from "./resolve-server.js";
import { openEmbeddedStore } from "./store/open-embedded-store.js";

const flags = { flags: { one: {} } };
let endpoint: TestEndpoint;
afterEach(() => endpoint.close());

/** Reads announcements until there are as many as asked for, and when each came. */
function watch(audience = "web.test", key = pageKey) {
  const versions: { version: bigint; atMs: number }[] = [];
  let ring = (): void => undefined;
  const ended = (async () => {
    for await (const { version } of connectClient(endpoint.server.url, key).watchBundle({ audience })) {
      versions.push({ version, atMs: performance.now() });
      ring();
    }
  })();
  const until = async (count: number): Promise<void> => {
    while (versions.length < count) {
      await new Promise<void>((resolve) => {
        ring = resolve;
      });
    }
  };
  return { versions, ended, until };
}

describe("WatchBundle", () => {
  test("announces the current version at once and a new one within 100 ms of its reload", async () => {
    endpoint = await startEndpoint();
    await endpoint.publish("web.test", flags);
    const { versions, until } = watch();
    await until(1);
    await endpoint.publish("web.test", { flags: { two: {} } }, { version: 2n });
    const publishedAtMs = performance.now();
    await until(2);
    expect(versions.map(({ version }) => version)).toEqual([1n, 2n]);
    expect((versions[1]?.atMs ?? Number.NaN) - publishedAtMs).toBeLessThan(100);
  });

  test.each([
    { audience: "api.test", key: pageKey, code: Code.PermissionDenied },
    { audience: "web.test", key: "nope", code: Code.Unauthenticated },
  ])("$audience with key $key is refused", async ({ audience, key, code }) => {
    endpoint = await startEndpoint();
    const error = await watch(audience, key).ended.then(() => undefined, ConnectError.from);
    expect(error?.code).toBe(code);
  });

  test("streams are counted while they are open", async () => {
    endpoint = await startEndpoint();
    await endpoint.publish("api.test", flags);
    const watching = [watch("api.test", serviceKey), watch("api.test", serviceKey)];
    for (const { until } of watching) await until(1);
    const metrics = await (await fetch(`${endpoint.server.url}/metrics`)).text();
    expect(metrics).toContain('aplomb_watch_streams_open{audience="api.test"} 2');
  });
});

describe("calls that are not served", () => {
  test("a method that the service does not have answers unimplemented", async () => {
    endpoint = await startEndpoint();
    const url = `${endpoint.server.url}/aplomb.v1.ResolveService/Nothing`;
    const answer = await fetch(url, { method: "POST", headers: { authorization: `Bearer ${pageKey}` } });
    expect([answer.status, await answer.json()]).toMatchObject([501, { code: "unimplemented" }]);
  });

  test.each([
    { name: "a body that says it is too long", headers: { "content-length": String(5 * 1024 * 1024) }, status: "413" },
    { name: "a body without a key", headers: { authorization: "" }, status: "401" },
  ])("$name is refused before it is read", async ({ headers, status }) => {
    endpoint = await startEndpoint();
    const all = {
      host: "x",
      authorization: `Bearer ${pageKey}`,
      "content-type": "application/proto",
      "content-length": "1000000",
      ...headers,
    };
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(endpoint.server.port, "127.0.0.1", () => {
        const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
        socket.write(`POST /aplomb.v1.ResolveService/PublishExposures HTTP/1.1\r\n${head.join("")}\r\n`);
      });
      socket.on("data", (chunk) => {
        resolve(String(chunk));
        socket.destroy();
      });
      socket.on("error", reject);
    });
    expect(answer.split(" ")[1]).toBe(status);
  });
});

describe("health", () => {
  const ready = async () => {
    const response = await fetch(`${endpoint.server.url}/readyz`);
    return [response.status, await response.json()];
  };

  test("is up at once, and ready when something is published", async () => {
    endpoint = await startEndpoint();
    expect((await fetch(`${endpoint.server.url}/healthz`)).status).toBe(200);
    expect(await ready()).toEqual([503, { status: "not ready", problems: ["nothing is published yet"] }]);
    await endpoint.publish("web.test", flags);
    expect(await ready()).toEqual([200, { status: "ready" }]);
  });

  test("is not ready, and tells clients to come again, while the store cannot write", async () => {
    endpoint = await startEndpoint();
    await endpoint.publish("web.test", flags);
    await endpoint.store.close();
    expect(await ready()).toEqual([503, { status: "not ready", problems: ["the exposure store cannot write"] }]);
    const error = await connectClient(endpoint.server.url, pageKey)
      .publishExposures({ batch: batchBytes({ exposures: exposures(1) }), sentAtMs: BigInt(Date.now()) })
      .then(() => undefined, ConnectError.from);
    expect([error?.code, error?.metadata.get("aplomb-code")]).toEqual([Code.Unavailable, "store_unavailable"]);
  });
});

test("metrics count batches, rows, requests and versions", async () => {
  endpoint = await startEndpoint();
  await endpoint.publish("web.test", flags, { version: 7n });
  const client = connectClient(endpoint.server.url, pageKey);
  const send = (batch: Uint8Array) => client.publishExposures({ batch, sentAtMs: BigInt(Date.now()) });
  const batch = batchBytes({ exposures: [...exposures(3), exposure({ exposureId: new Uint8Array(16) })] });
  await send(batch);
  await send(batch);
  await send(batchBytes({ exposures: exposures(4) }));
  await send(batchBytes({ createdAtMs: 1 })).catch(() => undefined);
  await fetch(`${endpoint.server.url}/v1/web.test/manifest`);
  await fetch(`${endpoint.server.url}/no/such/page?key=secret`);
  const response = await fetch(`${endpoint.server.url}/metrics`);
  expect(response.headers.get("content-type")).toContain("text/plain");
  const metrics = await response.text();
  for (const line of [
    'aplomb_batches_total{outcome="stored"} 2',
    'aplomb_batches_total{outcome="duplicate"} 1',
    'aplomb_batches_total{outcome="too_old"} 1',
    'aplomb_rows_total{kind="exposure",outcome="stored"} 4',
    'aplomb_rows_total{kind="exposure",outcome="duplicate"} 3',
    'aplomb_rows_total{kind="exposure",outcome="rejected"} 1',
    'aplomb_bundle_version{audience="web.test"} 7',
    'route="/v1/:audience/manifest",status="200"} 1',
    'route="none",status="404"} 1',
    "nodejs_eventloop_lag_seconds",
  ]) {
    expect(metrics).toContain(line);
  }
  expect(metrics).not.toContain("secret");
});

test("logs are JSON lines without keys, units, values or addresses", async () => {
  const lines: string[] = [];
  endpoint = await startEndpoint({ logger: "trace", logDestination: { write: (line) => void lines.push(line) } });
  const unit = 'evil"\r\n{"level":60}\u001b[31m';
  const client = connectClient(endpoint.server.url, pageKey);
  await client.publishExposures({ batch: batchBytes({ exposures: [exposure({ unit })] }), sentAtMs: 0n });
  await fetch(`${endpoint.server.url}/v1/%0d%0aforged/manifest?token=hush`, {
    headers: { authorization: "Bearer hush" },
  });
  await endpoint.store.close();
  await client
    .publishExposures({ batch: batchBytes({ exposures: [exposure({ unit })] }), sentAtMs: 0n })
    .catch(() => undefined);
  const entries = lines.map((line): { msg: string } => JSON.parse(line));
  expect(entries.map(({ msg }) => msg)).toContain("a batch could not be stored");
  for (const secret of [pageKey, "hush", "evil", "forged", "user-1"]) expect(lines.join("")).not.toContain(secret);
});

describe("close", () => {
  test("ends streams cleanly, finishes what is in flight, and stops listening", async () => {
    endpoint = await startEndpoint();
    await endpoint.publish("web.test", flags, { version: 2n });
    const { ended, until } = watch();
    await until(1);
    const client = connectClient(endpoint.server.url, pageKey);
    const batches = Array.from({ length: 10 }, (_, index) =>
      batchBytes({ exposures: exposures(100, {}, index * 100) }),
    );
    const inFlight = batches.map((batch) => client.publishExposures({ batch, sentAtMs: BigInt(Date.now()) }));
    await inFlight[0];
    const [, , answers] = await Promise.all([
      endpoint.server.close(),
      endpoint.server.close(),
      Promise.allSettled(inFlight),
    ]);
    await expect(ended).resolves.toBeUndefined();
    const accepted = answers.filter(({ status }) => status === "fulfilled").length;
    const stored = await endpoint.store.totals("web.test", new Date().toISOString().slice(0, 10));
    expect(stored[0]?.exposures).toBe(accepted * 100);
    await expect(fetch(`${endpoint.server.url}/healthz`)).rejects.toThrow();
  });

  test("says that it is not ready, and goes on serving, before it ends", async () => {
    endpoint = await startEndpoint({ drainDelayMs: 300 });
    await endpoint.publish("web.test", flags);
    const status = async (path: string) => (await fetch(`${endpoint.server.url}${path}`)).status;
    expect(await status("/readyz")).toBe(200);
    const closed = endpoint.server.close();
    expect([await status("/readyz"), await status("/v1/web.test/manifest")]).toEqual([503, 200]);
    await closed;
    await expect(status("/readyz")).rejects.toThrow();
  });

  test("cuts a request that never ends", async () => {
    endpoint = await startEndpoint({ drainTimeoutMs: 100 });
    const socket = connect(endpoint.server.port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write(
      `POST /aplomb.v1.ResolveService/PublishExposures HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${pageKey}\r\n` +
        "Content-Type: application/proto\r\nContent-Length: 1000\r\n\r\nx",
    );
    const cut = new Promise<void>((resolve) => socket.on("close", () => resolve()));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await endpoint.server.close();
    await cut;
  });
});

describe("options", () => {
  test("a port in use is an error that says so", async () => {
    endpoint = await startEndpoint();
    const { publication, server } = endpoint;
    const store = await openEmbeddedStore(`${endpoint.directory}/other.db`);
    const error: unknown = await createResolveServer({
      publication,
      store,
      clients,
      port: server.port,
      logger: false,
    }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(isFlagError(error, "OPTION")).toBe(true);
    expect(String(error)).toContain("the port is in use");
    await store.close();
  });

  test.each([
    { host: "127.0.0.1", console: undefined, status: 200 },
    { host: "0.0.0.0", console: undefined, status: 404 },
    { host: "0.0.0.0", consoleTokenSha256: "0".repeat(64), status: 200 },
    { host: "127.0.0.1", console: false, status: 404 },
  ])("on $host with console $console and token $consoleTokenSha256, /console answers $status", async (row) => {
    const { status, host, console, consoleTokenSha256 } = row;
    const options = { ...(console !== undefined && { console }), ...(consoleTokenSha256 && { consoleTokenSha256 }) };
    endpoint = await startEndpoint({ host, ...options });
    expect((await fetch(`http://127.0.0.1:${endpoint.server.port}/console`)).status).toBe(status);
    expect(endpoint.server.consoleUrl !== undefined).toBe(status === 200);
  });

  test.each([
    { name: "a console without a token on every address", host: "0.0.0.0", console: true, says: "open to whoever" },
    { name: "a token that is no hash", host: "127.0.0.1", consoleTokenSha256: "hunter2", says: "SHA-256 of the token" },
  ])("refuses $name", async ({ name: _, says, ...options }) => {
    await expect(startEndpoint(options)).rejects.toThrow(says);
  });
});
