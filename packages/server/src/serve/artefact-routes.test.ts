/** Manifests, bundles and roots over real sockets: caching, keys, and paths that lead nowhere. @module */
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pageKey, serviceKey, startEndpoint, type TestEndpoint } from "../../test/endpoint.js";

let endpoint: TestEndpoint;
let sha256: string;
let privateSha256: string;

const large = {
  flags: Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`flag-${index}`, { description: "d" }])),
};

beforeAll(async () => {
  endpoint = await startEndpoint();
  sha256 = await endpoint.publish("web.test", large);
  privateSha256 = await endpoint.publish("api.test", { flags: { one: {} } });
});
afterAll(() => endpoint.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${endpoint.server.url}${path}`, { headers });
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

/** Sends a request over a socket and gives the bytes of the answer: all until the end, or the head where nothing follows it. */
function raw(lines: readonly string[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(endpoint.server.port, "127.0.0.1", () => socket.write(`${lines.join("\r\n")}\r\n\r\n`));
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      if (Buffer.concat(chunks).toString("latin1").endsWith("\r\n\r\n")) socket.end();
    });
    socket.on("end", () => resolve(Buffer.concat(chunks)));
    socket.on("error", reject);
  });
}

describe("manifest", () => {
  test("is served with an entity tag, public and revalidated", async () => {
    const response = await get("/v1/web.test/manifest");
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("public, no-cache");
    expect(response.headers.get("content-type")).toBe("application/vnd.aplomb.envelope.v1+protobuf");
    const published = endpoint.publication.manifest("web.test");
    expect(Buffer.from(await response.arrayBuffer())).toEqual(published?.bytes);
    expect(response.headers.get("etag")).toBe(published?.etag);
  });

  test.each([
    { name: "the tag", header: (etag: string) => etag, status: 304 },
    { name: "the tag, weak, among others", header: (etag: string) => `"x", W/${etag}`, status: 304 },
    { name: "any", header: () => "*", status: 304 },
    { name: "another tag", header: () => '"x"', status: 200 },
    { name: "the tag without quotes", header: (etag: string) => etag.slice(1, -1), status: 200 },
  ])("If-None-Match with $name answers $status", async ({ header, status }) => {
    const etag = endpoint.publication.manifest("web.test")?.etag ?? "";
    const response = await get("/v1/web.test/manifest", { "if-none-match": header(etag) });
    expect(response.status).toBe(status);
    expect((await response.arrayBuffer()).byteLength > 0).toBe(status === 200);
  });

  test.each([
    { audience: "web.test", headers: ["Origin: https://shop.example"] },
    { audience: "api.test", headers: [`Authorization: Bearer ${serviceKey}`] },
  ])(
    "S-12: an unchanged poll of $audience costs at most 250 bytes, headers included",
    async ({ audience, headers }) => {
      const etag = endpoint.publication.manifest(audience)?.etag;
      const request = [`GET /v1/${audience}/manifest HTTP/1.1`, "Host: x", `If-None-Match: ${etag}`, ...headers];
      const response = await raw(request);
      expect(response.toString()).toMatch(/^HTTP\/1\.1 304 /);
      expect(response.length).toBeLessThanOrEqual(250);
    },
  );
});

describe("manifest of a ring", () => {
  test("is the ring's own; a ring without one gets everybody's, with its tag", async () => {
    const own = await startEndpoint();
    await own.publish("web.test", { flags: { one: {} } }, { version: 1n });
    await own.publish("web.test", { flags: { two: {} } }, { version: 2n, ring: 1 });
    const etagAt = async (path: string) => (await fetch(`${own.server.url}/v1/${path}`)).headers.get("etag");
    const [first, everybodys] = [1, 0].map((ring) => own.publication.manifest("web.test", ring));
    expect([first?.version, everybodys?.version]).toEqual([2, 1]);
    expect(await etagAt("web.test/manifest/1")).toBe(first?.etag);
    expect(await etagAt("web.test/manifest/2")).toBe(everybodys?.etag);
    expect(await etagAt("web.test/manifest")).toBe(everybodys?.etag);
    await own.close();
  });

  test.each(["0", "10", "01", "x", "-1", "%2e%2e"])("there is no ring %s", async (ring) => {
    expect((await get(`/v1/web.test/manifest/${ring}`)).status).toBe(404);
  });

  test("of a private audience needs its key", async () => {
    expect((await get("/v1/api.test/manifest/1")).status).toBe(401);
    expect((await get("/v1/api.test/manifest/1", bearer(serviceKey))).status).toBe(200);
  });
});

describe("bundle", () => {
  test("is immutable for a year, and compressed for whoever takes it", async () => {
    const response = await get(`/v1/web.test/b/${sha256}`);
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(response.headers.get("vary")).toBe("Accept-Encoding");
    const bundle = await endpoint.publication.bundle("web.test", sha256);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bundle);
  });

  test("comes as it is to others, with the same Vary", async () => {
    const response = await get(`/v1/web.test/b/${sha256}`, { "accept-encoding": "identity" });
    expect(response.headers.get("content-encoding")).toBeNull();
    expect(response.headers.get("vary")).toBe("Accept-Encoding");
    expect((await response.arrayBuffer()).byteLength).toBe(endpoint.publication.manifest("web.test")?.sizeBytes);
  });

  test("a root is public and immutable", async () => {
    const response = await get("/v1/root/1");
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(Buffer.from(await response.arrayBuffer())).toEqual(await endpoint.publication.root(1));
  });
});

describe("keys", () => {
  test.each([
    { audience: "web.test", key: undefined, status: 200, cached: "public" },
    { audience: "web.test", key: "wrong", status: 200, cached: "public" },
    { audience: "api.test", key: undefined, status: 401, cached: "no-store" },
    { audience: "api.test", key: "wrong", status: 401, cached: "no-store" },
    { audience: "api.test", key: pageKey, status: 403, cached: "no-store" },
    { audience: "api.test", key: serviceKey, status: 200, cached: "private" },
    { audience: "nobody.asked", key: undefined, status: 401, cached: "no-store" },
    { audience: "nobody.asked", key: serviceKey, status: 403, cached: "no-store" },
  ])("$audience with key $key answers $status, $cached", async ({ audience, key, status, cached }) => {
    const headers = key === undefined ? {} : bearer(key);
    const digest = audience === "web.test" ? sha256 : privateSha256;
    for (const path of [`/v1/${audience}/manifest`, `/v1/${audience}/b/${digest}`]) {
      const response = await get(path, headers);
      expect(response.status).toBe(status);
      expect(response.headers.get("cache-control")).toContain(cached);
      expect(response.headers.get("www-authenticate")).toBe(status === 401 ? "Bearer" : null);
    }
  });
});

describe("paths that lead nowhere", () => {
  test.each([
    "/v1/web.test/b/../manifest",
    "/v1/web.test/b/%2e%2e%2fmanifest",
    "/v1/web.test/b/..%5cmanifest",
    `/v1/web.test/b/${"a".repeat(64)}`,
    `/v1/web.test/b/${"A".repeat(64)}`,
    "/v1/web.test/b/",
    "/v1/..%2f..%2fetc/manifest",
    "/v1/%2e%2e/manifest",
    "/v1/root/0",
    "/v1/root/-1",
    "/v1/root/1e3",
    "/v1/root/..%2fweb.test%2fmanifest",
    "/v1/root/manifest",
    `/v1/${"a".repeat(300)}/manifest`,
    "/exposures.db",
    "/v1",
  ])("GET %s finds nothing", async (path) => {
    const response = await raw([`GET ${path} HTTP/1.1`, "Host: x", "Connection: close"]);
    expect(response.toString()).toMatch(/^HTTP\/1\.1 (400|401|404|414) /);
    expect(response.toString()).toMatch(/\{"code":"[a-z_]+","message":"[^"]+"\}$/);
  });
});
