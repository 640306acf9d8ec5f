/** Holds the fault proxy to its faults, over real sockets. @module */
import { createServer, request as requestRaw } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { until } from "../until.js";
import type { Fault } from "./fault.js";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.js";

/** What the upstream has handled: method, path and body of each request. */
const handled: string[] = [];
/** How many requests came to the upstream and broke off. */
let brokenOff = 0;
const upstream = createServer(async (request, response) => {
  try {
    handled.push(`${request.method} ${request.url} ${await buffer(request)}`);
  } catch {
    brokenOff++;
  }
  response.writeHead(200, { "content-type": "text/plain", etag: '"1"' });
  if (request.url === "/stream") response.write("first");
  else response.end("0123456789");
});
let proxy: FaultProxy;

beforeAll(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  proxy = await startFaultProxy(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}`);
});
beforeEach(() => {
  proxy.setRule(undefined);
  proxy.setUploadRule(undefined);
  handled.length = 0;
  brokenOff = 0;
});
afterAll(async () => {
  await proxy.close();
  upstream.closeAllConnections();
  upstream.close();
});

const get = (path = "/", init: RequestInit = {}): Promise<Response> => fetch(`${proxy.url}${path}`, init);
const textOf = async (path?: string, init?: RequestInit): Promise<string> => (await get(path, init)).text();

describe("a proxy without a rule", () => {
  test("passes requests and answers through, and remembers requests", async () => {
    const response = await get("/a?b", { method: "POST", body: "sent" });
    expect([response.status, response.headers.get("etag"), await response.text()]).toEqual([200, '"1"', "0123456789"]);
    expect(proxy.requests.at(-1)).toMatchObject({ method: "POST", path: "/a?b", body: Buffer.from("sent") });
  });

  test("passes a stream on as it comes, and ends it with the reader", async () => {
    const reader = (await get("/stream")).body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("first");
    await reader?.cancel();
    await until(() => handled.length === 1);
  });
});

describe("faults of the request", () => {
  test.each([
    { fault: { kind: "reset" } as const, reached: 0 },
    { fault: { kind: "drop_response" } as const, reached: 1 },
    { fault: { kind: "truncate", afterBytes: 3 } as const, reached: 1 },
    { fault: { kind: "truncate", afterBytes: 3, chunked: true } as const, reached: 1 },
  ])("$fault fails the request; the upstream saw $reached", async ({ fault, reached }) => {
    proxy.setRule(() => fault);
    await expect(textOf()).rejects.toThrow();
    expect(handled.length).toBe(reached);
  });

  test.each([{ fault: { kind: "hang" } as const }, { fault: { kind: "stall", afterBytes: 3 } as const }])(
    "$fault.kind never ends by itself",
    async ({ fault }) => {
      proxy.setRule(() => fault);
      await expect(textOf("/", { signal: AbortSignal.timeout(100) })).rejects.toThrow(/timeout/);
    },
  );

  test("a reset is one", async () => {
    proxy.setRule(() => ({ kind: "reset" }));
    await expect(get()).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
  });

  test.each([1, 2, 5])("duplicate delivers %i times and answers once", async (times) => {
    proxy.setRule(() => ({ kind: "duplicate", times }));
    expect(await textOf("/", { method: "POST", body: "x" })).toBe("0123456789");
    expect(handled).toEqual(Array.from({ length: times }, () => "POST / x"));
  });

  test("reorder lets the next request overtake", async () => {
    proxy.setRule(({ path }) => (path === "/1" ? { kind: "reorder" } : undefined));
    const first = textOf("/1");
    await until(() => proxy.heldRequests === 1);
    await Promise.all([textOf("/2"), first]);
    expect(handled).toEqual(["GET /2 ", "GET /1 "]);
  });

  test.each([
    { order: "oldest_first", expected: ["GET /1 ", "GET /2 "] } as const,
    { order: "newest_first", expected: ["GET /2 ", "GET /1 "] } as const,
  ])("hold delivers at release, $order, though the client has gone", async ({ order, expected }) => {
    proxy.setRule(() => ({ kind: "hold" }));
    const leaving = new AbortController();
    const first = get("/1", { signal: leaving.signal });
    await until(() => proxy.heldRequests === 1);
    const second = get("/2", { signal: leaving.signal });
    await until(() => proxy.heldRequests === 2);
    leaving.abort();
    expect((await Promise.allSettled([first, second])).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(handled).toEqual([]);
    await proxy.releaseHeld(order);
    expect(handled).toEqual(expected);
  });

  test("replay delivers a request once more", async () => {
    await textOf("/again", { method: "POST", body: "x" });
    const seen = proxy.requests.at(-1);
    expect((await proxy.replay(seen!)).status).toBe(200);
    expect(handled).toEqual(["POST /again x", "POST /again x"]);
  });

  test.each([0, 1, 100_000])("an upload dies after %i bytes", async (afterBytes) => {
    proxy.setUploadRule(({ method }) => (method === "POST" ? afterBytes : undefined));
    const body = new Uint8Array(1_000_000);
    await expect(get("/", { method: "POST", body })).rejects.toThrow();
    await until(() => brokenOff === 1 || afterBytes === 0);
    expect(proxy.requests.at(-1)?.body.length).toBe(afterBytes);
    expect(handled).toEqual([]);
    expect(await textOf()).toBe("0123456789");
  });
});

describe("faults of the answer", () => {
  const took = async (fault: Fault): Promise<number> => {
    proxy.setRule(() => fault);
    const startMs = performance.now();
    expect(await textOf()).toBe("0123456789");
    return performance.now() - startMs;
  };

  test("delay waits", async () => {
    expect(await took({ kind: "delay", delayMs: 100 })).toBeGreaterThanOrEqual(99);
  });

  test("drip takes its time: over the body, or over the head too", async () => {
    expect(await took({ kind: "drip", bytesPerSecond: 40 })).toBeGreaterThanOrEqual(190);
    const headBytes = 100;
    const tookMs = await took({ kind: "drip", bytesPerSecond: 400, head: true });
    expect(tookMs).toBeGreaterThanOrEqual((1_000 * headBytes) / 400);
  });

  test("a dripping head shows nothing of the answer before it is whole", async () => {
    proxy.setRule(() => ({ kind: "drip", bytesPerSecond: 20, head: true }));
    await expect(get("/", { signal: AbortSignal.timeout(200) })).rejects.toThrow(/timeout/);
  });

  test("endless goes on until the reader goes away", async () => {
    proxy.setRule(() => ({ kind: "endless", chunk: new Uint8Array(100_000) }));
    const reader = (await get()).body?.getReader();
    let bytes = 0;
    while (bytes < 5_000_000) bytes += (await reader?.read())?.value?.length ?? 0;
    await reader?.cancel();
    proxy.setRule(undefined);
    expect((await get()).status).toBe(200);
  });

  test("flips one bit", async () => {
    proxy.setRule(() => ({ kind: "flip", atByte: 1 }));
    expect(await textOf()).toBe("0023456789");
  });

  test("brotli called gzip is what it says", async () => {
    proxy.setRule(() => ({ kind: "mislabel" }));
    await expect(textOf()).rejects.toThrow();
    const raw = await new Promise<Buffer>((resolve) => {
      requestRaw(proxy.url, (response) => void buffer(response).then(resolve)).end();
    });
    expect(brotliDecompressSync(raw).toString()).toBe("0123456789");
  });

  test("hold and then a fault of the answer", async () => {
    proxy.setRule(() => ({ kind: "hold", fault: { kind: "flip", atByte: 0 } }));
    const text = textOf();
    await until(() => proxy.heldRequests === 1);
    await proxy.releaseHeld();
    expect(await text).toBe("1123456789");
  });
});
