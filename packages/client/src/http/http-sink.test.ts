/** Exposures as Connect unary calls, held to Connect's own server. @module */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { PublishExposuresResponseSchema, ResolveService } from "@aplomb/proto/resolve-service";
import { createVirtualClock } from "@aplomb/testkit";
import { type FaultProxy, startFaultProxy } from "@aplomb/testkit/fault-proxy";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { httpSink } from "./http-sink.js";

const seen: { batch: Uint8Array; sentAtMs: bigint; headers: IncomingHttpHeaders }[] = [];
let answer = () => create(PublishExposuresResponseSchema);
let headers: IncomingHttpHeaders = {};
const server = createServer(
  connectNodeAdapter({
    routes: (router) =>
      router.service(ResolveService, {
        publishExposures(request) {
          seen.push({ ...request, headers });
          return answer();
        },
      }),
  }),
);
server.prependListener("request", (request) => {
  headers = request.headers;
});
let proxy: FaultProxy;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  proxy = await startFaultProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(async () => {
  await proxy.close();
  server.closeAllConnections();
  server.close();
});

const batch = Uint8Array.of(1, 2, 3);
const { signal } = new AbortController();
const publish = () => {
  const access = { endpoint: proxy.url, clientKey: "key", audience: "web.test" };
  return httpSink({ fetch, clock: createVirtualClock(1_234) }, access).publish(batch, signal);
};

describe("httpSink", () => {
  test("is understood by Connect, and understands it", async () => {
    answer = () =>
      create(PublishExposuresResponseSchema, {
        duplicate: true,
        rejected: [{ index: 2, trackEvent: true, code: "malformed" }],
      });
    expect(await publish()).toEqual({ duplicate: true, rejected: [{ index: 2, trackEvent: true, code: "malformed" }] });
    expect(seen.at(-1)).toMatchObject({ batch, sentAtMs: 1_234n });
    expect(seen.at(-1)?.headers).toMatchObject({
      authorization: "Bearer key",
      "content-type": "application/proto",
      "connect-protocol-version": "1",
    });
  });

  test.each([
    ["unavailable", Code.Unavailable, 503],
    ["resource_exhausted", Code.ResourceExhausted, 429],
    ["aborted", Code.Aborted, 409],
    ["invalid_argument", Code.InvalidArgument, 400],
    ["unauthenticated", Code.Unauthenticated, 401],
    ["permission_denied", Code.PermissionDenied, 403],
    ["internal", Code.Internal, 500],
  ] as const)("Connect's %s", async (connectCode, code, status) => {
    answer = () => {
      throw new ConnectError("no", code, { "retry-after": "7" });
    };
    await expect(publish()).rejects.toMatchObject({ name: "RequestError", status, connectCode, retryAfterMs: 7_000 });
  });

  test.each([
    ["a portal's page", { "content-type": "text/html" }, "<!DOCTYPE html>"],
    ["nothing", {}, ""],
    ["JSON", { "content-type": "application/json" }, "{}"],
    ["junk under the right name", { "content-type": "application/proto" }, "<!DOCTYPE html>"],
  ])("N-12 200 with %s acknowledges nothing", async (_name, headers, body) => {
    proxy.setRule(() => ({ kind: "answer", status: 200, headers, body }));
    await expect(publish()).rejects.toMatchObject({ name: "RequestError", status: 0 });
    proxy.setRule(undefined);
  });
});
