/** What is asked of an endpoint for manifests and bundles, and how its answers are read. @module */
import { createVirtualClock } from "@aplomb/testkit";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { httpSource } from "./http-source.js";

const endpoint = "https://flags.example.com/base";
const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const { signal } = new AbortController();
const sourceOf = (audience = "web.test", authorize = false) => {
  const access = { endpoint, clientKey: "key", audience };
  return httpSource({ fetch, clock: createVirtualClock(Date.parse("2026-01-01T00:00:00Z")) }, access, authorize);
};

/** Answers one path, and remembers the requests for it. */
function answering(path: string, answer: () => Response): Request[] {
  const seen: Request[] = [];
  server.use(
    http.get(`${endpoint}${path}`, ({ request }) => {
      seen.push(request);
      return answer();
    }),
  );
  return seen;
}

describe("httpSource", () => {
  test.each([
    { audience: "web.test", path: "/v1/web.test/manifest" },
    { audience: "a/../b?c", path: "/v1/a%2F..%2Fb%3Fc/manifest" },
  ])("the manifest of $audience is at $path", async ({ audience, path }) => {
    answering(path, () => new HttpResponse(Uint8Array.of(1, 2), { headers: { etag: '"7"' } }));
    const answer = await sourceOf(audience).fetchManifest(undefined, signal);
    expect(answer).toEqual({ envelope: Uint8Array.of(1, 2), validator: '"7"' });
  });

  test.each([
    { authorize: false, validator: undefined, headers: [null, null] },
    { authorize: true, validator: undefined, headers: ["Bearer key", null] },
    { authorize: true, validator: '"7"', headers: ["Bearer key", '"7"'] },
  ])("authorize $authorize, validator $validator → $headers", async ({ authorize, validator, headers }) => {
    const seen = answering("/v1/web.test/manifest", () => new HttpResponse());
    await sourceOf("web.test", authorize).fetchManifest(validator, signal);
    const [request] = seen;
    expect(["authorization", "if-none-match"].map((name) => request?.headers.get(name))).toEqual(headers);
    expect([request?.credentials, request?.redirect]).toEqual(["omit", "error"]);
  });

  test("an endpoint without ETags has no validator", async () => {
    answering("/v1/web.test/manifest", () => new HttpResponse());
    expect(await sourceOf().fetchManifest(undefined, signal)).toMatchObject({ validator: undefined });
  });

  const tooLong = `"${"x".repeat(257)}"`;
  test.each([
    { name: "quoted", etag: '"7"', validator: '"7"' },
    { name: "weak", etag: 'W/"7"', validator: 'W/"7"' },
    { name: "not quoted", etag: "7", validator: undefined },
    { name: "too long to be sent back", etag: tooLong, validator: undefined },
  ])("A-02 an ETag that is $name is kept: $validator", async ({ etag, validator }) => {
    answering("/v1/web.test/manifest", () => new HttpResponse(null, { headers: { etag } }));
    expect(await sourceOf().fetchManifest(undefined, signal)).toMatchObject({ validator });
  });

  test.each([tooLong, '"a\nb"', "7", ""])("A-11 a kept validator such as %j is not sent", async (validator) => {
    const seen = answering("/v1/web.test/manifest", () => new HttpResponse());
    await sourceOf().fetchManifest(validator, signal);
    expect(seen.map(({ headers }) => headers.get("if-none-match"))).toEqual([null]);
  });

  test.each([
    { sent: '"7"', received: '"7"', accepted: true },
    { sent: 'W/"7"', received: '"7"', accepted: true },
    { sent: '"7"', received: undefined, accepted: true },
    { sent: '"7"', received: '"8"', accepted: false },
    { sent: undefined, received: '"7"', accepted: false },
  ])("A-03 304 to $sent with $received: accepted $accepted", async ({ sent, received, accepted }) => {
    answering("/v1/web.test/manifest", () => {
      return new HttpResponse(null, { status: 304, ...(received && { headers: { etag: received } }) });
    });
    const answer = sourceOf().fetchManifest(sent, signal);
    if (accepted) expect(await answer).toBeUndefined();
    else await expect(answer).rejects.toMatchObject({ code: "MALFORMED" });
  });

  test("a bundle is at its digest, and may be asked for past every cache", async () => {
    const seen = answering("/v1/web.test/b/abc", () => new HttpResponse(Uint8Array.of(1, 2, 3)));
    expect(await sourceOf().fetchBundle("abc", 3, false, signal)).toEqual(Uint8Array.of(1, 2, 3));
    expect(await sourceOf().fetchBundle("abc", 3, true, signal)).toEqual(Uint8Array.of(1, 2, 3));
    expect(seen.map(({ cache }) => cache)).toEqual(["default", "reload"]);
  });

  test("a bundle is never read beyond its signed size", async () => {
    answering("/v1/web.test/b/abc", () => new HttpResponse(Uint8Array.of(1, 2, 3, 4)));
    await expect(sourceOf().fetchBundle("abc", 3, false, signal)).rejects.toMatchObject({ code: "HASH" });
  });

  test.each([201, 204, 206, 400, 401, 403, 404, 429, 500, 503])(
    "%d is an error that keeps its status",
    async (status) => {
      answering("/v1/web.test/manifest", () => new HttpResponse(null, { status, headers: { "retry-after": "30" } }));
      await expect(sourceOf().fetchManifest(undefined, signal)).rejects.toMatchObject({
        ...{ name: "RequestError", status, retryAfterMs: 30_000 },
      });
    },
  );
});
