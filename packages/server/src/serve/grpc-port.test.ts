/** gRPC over cleartext HTTP/2: the same service on a port of its own, and nothing else. @module */
import { connect } from "node:http2";
import { isFlagError } from "@aplomb/core";
import { ResolveService } from "@aplomb/proto/resolve-service";
import { fullRollout } from "@aplomb/testkit";
import { type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { afterEach, beforeEach, expect, test } from "vitest";
import { batchBytes, exposures } from "../../test/batches.js";
import { pageKey, serviceKey, startEndpoint, type TestEndpoint } from "../../test/endpoint.js";

const variants = [{ name: "on", value: { enabled: true } }];
const bundle = {
  flags: { f: { variants, rules: [fullRollout("all", "everyone", "on")] } },
  segments: { everyone: {} },
};

let endpoint: TestEndpoint;
beforeEach(async () => {
  endpoint = await startEndpoint({ grpcPort: 0, drainTimeoutMs: 200 });
  await endpoint.publish("web.test", bundle);
});
afterEach(() => endpoint.close());

function grpcClient(key: string | undefined): Client<typeof ResolveService> {
  const transport = createGrpcTransport({
    baseUrl: `http://127.0.0.1:${endpoint.server.grpcPort}`,
    interceptors: [
      (next) => (request) => {
        if (key !== undefined) request.header.set("authorization", `Bearer ${key}`);
        return next(request);
      },
    ],
  });
  return createClient(ResolveService, transport);
}

test("flags are resolved, batches stored, versions announced", async () => {
  const client = grpcClient(pageKey);
  const { flags } = await client.resolveFlags({ audience: "web.test", context: { targetingKey: "u" } });
  expect(flags.map(({ flag, variant }) => [flag, variant])).toEqual([["f", "on"]]);
  const batch = batchBytes({ exposures: exposures(3) });
  expect(await client.publishExposures({ batch, sentAtMs: BigInt(Date.now()) })).toMatchObject({ duplicate: false });
  expect(await client.publishExposures({ batch, sentAtMs: BigInt(Date.now()) })).toMatchObject({ duplicate: true });
  for await (const { version } of client.watchBundle({ audience: "web.test" })) {
    expect(version).toBe(1n);
    break;
  }
});

test.each([
  ["without a key", undefined, Code.Unauthenticated],
  ["with an unknown key", "nope", Code.Unauthenticated],
  ["for another audience", serviceKey, Code.PermissionDenied],
])("a call %s is refused", async (_name, key, code) => {
  const error = await grpcClient(key)
    .resolveFlags({ audience: "web.test" })
    .then(() => undefined, ConnectError.from);
  expect(error?.code).toBe(code);
});

test("a message beyond the cap is refused", async () => {
  const context = { s: "x".repeat(300_000) };
  const error = await grpcClient(pageKey)
    .resolveFlags({ audience: "web.test", context })
    .then(() => undefined, ConnectError.from);
  expect(error?.code).toBe(Code.ResourceExhausted);
});

test("nothing but the service is on the port", async () => {
  const session = connect(`http://127.0.0.1:${endpoint.server.grpcPort}`);
  const status = await new Promise((resolve, reject) => {
    session.on("error", reject);
    const stream = session.request({ ":path": "/v1/web.test/manifest", authorization: `Bearer ${pageKey}` });
    stream.on("response", (headers) => resolve(headers[":status"])).on("error", reject);
  });
  session.close();
  expect(status).toBe(404);
});

test("closing ends open streams and lets go of the port", async () => {
  const seen: bigint[] = [];
  const watching = (async () => {
    for await (const { version } of grpcClient(pageKey).watchBundle({ audience: "web.test" })) {
      seen.push(version);
      void endpoint.server.close();
    }
  })();
  await watching.catch(() => undefined);
  await endpoint.server.close();
  expect(seen).toEqual([1n]);
});

test("a port in use is an option that cannot work", async () => {
  const taken = endpoint.server.grpcPort ?? 0;
  const error = await startEndpoint({ grpcPort: taken }).catch((failure: unknown) => failure);
  expect(isFlagError(error, "OPTION")).toBe(true);
});

test("without the option nothing listens", async () => {
  await endpoint.close();
  endpoint = await startEndpoint();
  expect(endpoint.server.grpcPort).toBeUndefined();
});
