/** Pages of other origins: what they may call, and what they are told. @module */
import { writePublishRequest } from "@aplomb/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { batchBytes, exposures } from "../../test/batches.js";
import { clients, pageKey, serviceKey, startEndpoint, type TestEndpoint } from "../../test/endpoint.js";

const publishPath = "/aplomb.v1.ResolveService/PublishExposures";
const shop = "https://shop.example";
const evil = "https://evil.example";

let open: TestEndpoint;
let strict: TestEndpoint;
beforeAll(async () => {
  open = await startEndpoint();
  strict = await startEndpoint({ allowedOrigins: [shop] });
  for (const endpoint of [open, strict]) await endpoint.publish("web.test", { flags: { one: {} } });
});
afterAll(async () => {
  await open.close();
  await strict.close();
});

const preflight = (endpoint: TestEndpoint, path: string, origin: string) =>
  fetch(`${endpoint.server.url}${path}`, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,connect-protocol-version,content-type,if-none-match",
    },
  });

describe("preflight", () => {
  test.each([
    ...[publishPath, "/aplomb.v1.ResolveService/WatchBundle"],
    ...["/v1/web.test/manifest", "/ofrep/v1/evaluate/flags"],
  ])("%s", async (path) => {
    const { status, headers } = await preflight(open, path, shop);
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(headers.get("access-control-allow-credentials")).toBeNull();
    expect(headers.get("access-control-max-age")).toBe("7200");
    const allowed = headers.get("access-control-allow-headers")?.toLowerCase() ?? "";
    const needed = ["authorization", "if-none-match", "content-type", "connect-protocol-version"];
    for (const name of [...needed, "x-api-key", "aplomb-audience"]) {
      expect(allowed).toContain(name);
    }
  });

  test.each([
    { origin: shop, allowed: shop },
    { origin: evil, allowed: null },
    { origin: "null", allowed: null },
  ])("with a list of origins, $origin is allowed: $allowed", async ({ origin, allowed }) => {
    const { headers } = await preflight(strict, publishPath, origin);
    expect(headers.get("access-control-allow-origin")).toBe(allowed);
    expect(headers.get("vary")).toContain("Origin");
  });
});

describe("answers", () => {
  test("anybody's page may read a public manifest and its tag", async () => {
    const { headers } = await fetch(`${open.server.url}/v1/web.test/manifest`, { headers: { origin: shop } });
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(headers.get("access-control-expose-headers")).toBe("ETag");
    expect(headers.get("vary")).toBeNull();
  });

  test("with a list of origins, the answer varies by origin", async () => {
    const { headers } = await fetch(`${strict.server.url}/v1/web.test/manifest`, { headers: { origin: shop } });
    expect(headers.get("access-control-allow-origin")).toBe(shop);
    expect(headers.get("vary")).toContain("Origin");
  });

  test.each(["/console", "/console/data", "/metrics", "/healthz"])("%s is for no other origin", async (path) => {
    const response = await fetch(`${open.server.url}${path}`, { headers: { origin: shop } });
    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });

  test.each([
    { origin: shop, cookie: undefined, status: 415, code: null },
    { origin: evil, cookie: undefined, status: 403, code: "wrong_origin" },
    { origin: evil, cookie: "session=1", status: 403, code: "wrong_origin" },
  ])("S-03: a post from $origin with cookie $cookie answers $status", async ({ origin, cookie, status, code }) => {
    const response = await fetch(`${strict.server.url}${publishPath}`, {
      method: "POST",
      headers: {
        ...{ origin, authorization: `Bearer ${pageKey}`, "content-type": "text/plain" },
        ...(cookie !== undefined && { cookie }),
      },
      body: batchBytes({ exposures: exposures(1) }),
    });
    expect(response.status).toBe(status);
    expect(response.headers.get("aplomb-code")).toBe(code);
    expect(await strict.store.totals("web.test", new Date().toISOString().slice(0, 10))).toEqual([]);
  });
});

describe("origins of each client", () => {
  const blog = "https://blog.example";
  let endpoint: TestEndpoint;
  beforeAll(async () => {
    endpoint = await startEndpoint({
      clients: [
        { kind: "browser", audience: "web.test", key: pageKey, allowedOrigins: [shop] },
        { kind: "browser", audience: "web.blog", key: "pk_blog", allowedOrigins: [blog] },
        ...clients.filter(({ kind }) => kind === "service"),
      ],
    });
    await endpoint.publish("web.test", { flags: { one: {} } });
    await endpoint.publish("web.blog", { flags: { one: {} } });
  });
  afterAll(() => endpoint.close());

  test.each([
    { path: "/v1/web.test/manifest", origin: shop, allowed: shop },
    { path: "/v1/web.test/manifest", origin: blog, allowed: null },
    { path: "/v1/web.blog/manifest", origin: blog, allowed: blog },
    { path: "/v1/root/1", origin: evil, allowed: "*" },
    { path: publishPath, origin: shop, allowed: shop },
    { path: publishPath, origin: blog, allowed: blog },
    { path: publishPath, origin: evil, allowed: null },
  ])("a page of $origin asks for $path: allowed $allowed", async ({ path, origin, allowed }) => {
    const { headers } = await preflight(endpoint, path, origin);
    expect(headers.get("access-control-allow-origin")).toBe(allowed);
    expect(headers.get("access-control-allow-credentials")).toBeNull();
  });

  test.each([
    { name: "its own page", key: pageKey, origin: shop, status: 200 },
    { name: "no page", key: pageKey, origin: undefined, status: 200 },
    { name: "the page of another client", key: pageKey, origin: blog, status: 403 },
    { name: "a foreign page", key: pageKey, origin: evil, status: 403 },
    { name: "no origin that can be named", key: pageKey, origin: "null", status: 403 },
    { name: "a page with a secret key", key: serviceKey, origin: shop, status: 403 },
    { name: "a page without a key", key: undefined, origin: shop, status: 401 },
    { name: "a page with a wrong key", key: "nope", origin: shop, status: 401 },
    { name: "a page with a cookie alone", key: undefined, origin: shop, cookie: `key=${pageKey}`, status: 401 },
    { name: "a service with a cookie alone", key: undefined, cookie: `key=${pageKey}`, status: 401 },
    { name: "the key of another audience", key: "pk_blog", origin: blog, status: 403 },
    { name: "a key in the wrong scheme", authorization: `Basic ${pageKey}`, origin: shop, status: 401 },
  ])("S-03: a batch from $name answers $status", async ({ key, origin, cookie, authorization, status }) => {
    const { store } = endpoint;
    const rows = async (): Promise<number> =>
      (await store.totals("web.test", today())).reduce((n, t) => n + t.reports, 0);
    const before = await rows();
    const response = await fetch(`${endpoint.server.url}${publishPath}`, {
      method: "POST",
      headers: {
        "content-type": "application/proto",
        ...(origin !== undefined && { origin }),
        ...(cookie !== undefined && { cookie }),
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(authorization !== undefined && { authorization }),
      },
      body: writePublishRequest(batchBytes({ exposures: exposures(1, { bundleVersion: 9 }) }), Date.now()),
    });
    expect(response.status).toBe(status);
    expect(response.headers.get("set-cookie")).toBeNull();
    expect((await rows()) - before).toBe(status === 200 ? 1 : 0);
  });
});

const today = (): string => new Date().toISOString().slice(0, 10);

describe("security headers", () => {
  test.each([
    "/v1/web.test/manifest",
    "/v1/root/1",
    "/v1/nobody/manifest",
    "/healthz",
    "/readyz",
    "/metrics",
    publishPath,
    "/console/data",
    "/nothing",
    "/%",
  ])("%s says that it is data, and nobody else's", async (path) => {
    const { headers } = await fetch(`${open.server.url}${path}`, { headers: { cookie: "session=1" } });
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("set-cookie")).toBeNull();
    expect(headers.get("x-powered-by") ?? headers.get("server")).toBeNull();
  });
});
