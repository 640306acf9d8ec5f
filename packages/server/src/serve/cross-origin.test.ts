/** Pages of other origins: what they may call, and what they are told. @module */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { batchBytes, exposures } from "../../test/batches.js";
import { pageKey, startEndpoint, type TestEndpoint } from "../../test/endpoint.js";

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
  test.each([publishPath, "/aplomb.v1.ResolveService/WatchBundle", "/v1/web.test/manifest"])("%s", async (path) => {
    const { status, headers } = await preflight(open, path, shop);
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(headers.get("access-control-allow-credentials")).toBeNull();
    expect(headers.get("access-control-max-age")).toBe("7200");
    const allowed = headers.get("access-control-allow-headers")?.toLowerCase() ?? "";
    for (const name of ["authorization", "if-none-match", "content-type", "connect-protocol-version"]) {
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
