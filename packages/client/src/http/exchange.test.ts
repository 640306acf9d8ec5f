/** One exchange over real sockets, with everything that can go wrong on the way. @module */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { isFlagError } from "@aplomb/core";
import { createVirtualClock, until } from "@aplomb/testkit";
import { type Fault, type FaultProxy, startFaultProxy } from "@aplomb/testkit/fault-proxy";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { RequestError } from "../retry/request-error.js";
import { exchange } from "./exchange.js";

const upstream = createServer((_request, response) => {
  response.writeHead(200, { etag: '"1"' }).end("0123456789");
});
let proxy: FaultProxy;

beforeAll(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  proxy = await startFaultProxy(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}`);
});
afterEach(() => proxy.setRule(undefined));
afterAll(async () => {
  await proxy.close();
  upstream.closeAllConnections();
  upstream.close();
});

function get(options: { fault?: Fault; signal?: AbortSignal; url?: string; capBytes?: number; totalMs?: number } = {}) {
  const clock = createVirtualClock();
  const { fault, url = proxy.url, signal = new AbortController().signal, capBytes = 100, totalMs } = options;
  proxy.setRule(() => fault);
  const answer = exchange(
    { fetch, clock },
    url,
    { signal },
    { bytes: capBytes, code: "HASH", ...(totalMs && { totalMs }) },
  );
  // Whoever looks later must not find an unhandled rejection.
  answer.catch(() => {});
  return { clock, answer };
}

/** `fetch`, and how many bytes of bodies were read through it. */
function countingFetch() {
  let bytesRead = 0;
  const counting: typeof fetch = async (url, init) => {
    const response = await fetch(url, init);
    const counter = new TransformStream<Uint8Array, Uint8Array>(
      {
        transform(chunk, controller) {
          bytesRead += chunk.length;
          controller.enqueue(chunk);
        },
      },
      undefined,
      { highWaterMark: 0 },
    );
    return new Response(response.body?.pipeThrough(counter as never), response);
  };
  return { fetch: counting, bytesRead: () => bytesRead };
}

describe("exchange", () => {
  test("gives status, headers and the whole body, and leaves no timer", async () => {
    const { clock, answer } = get();
    const { status, headers, body } = await answer;
    expect([status, headers.get("etag"), new TextDecoder().decode(body)]).toEqual([200, '"1"', "0123456789"]);
    expect(clock.pendingTimers).toBe(0);
  });

  test.each([204, 304, 404, 503])("gives a %d as it is", async (status) => {
    const { answer } = get({ fault: { kind: "answer", status } });
    expect(await answer).toMatchObject({ status, body: new Uint8Array() });
  });

  test.each<[string, Fault]>([
    ["a reset", { kind: "reset" }],
    ["a lost answer", { kind: "drop_response" }],
    ["N-08 a truncated body", { kind: "truncate", afterBytes: 5 }],
    ["N-09 a redirect", { kind: "answer", status: 302, headers: { location: "/elsewhere" } }],
    ["N-09 a redirect to another host", { kind: "answer", status: 307, headers: { location: "http://example.com" } }],
  ])("%s is a RequestError without a status, and one request", async (_name, fault) => {
    const before = proxy.requests.length;
    const { clock, answer } = get({ fault });
    await expect(answer).rejects.toMatchObject({
      name: "RequestError",
      status: 0,
      message: expect.stringContaining(proxy.url),
    });
    expect([proxy.requests.length - before, clock.pendingTimers]).toEqual([1, 0]);
  });

  test("a port where nobody listens says why", async () => {
    const { answer } = get({ url: "http://127.0.0.1:9" });
    await expect(answer).rejects.toThrow(/ECONNREFUSED|bad port/);
  });

  test.each<[string, Fault]>([
    ["N-07 no headers", { kind: "hang" }],
    ["N-06 a stall in the body", { kind: "stall", afterBytes: 4 }],
  ])("%s: given up five seconds after the last sign of life", async (_name, fault) => {
    const before = proxy.requests.length;
    const { clock, answer } = get({ fault });
    let isSettled = false;
    answer.catch(() => {
      isSettled = true;
    });
    await until(() => proxy.requests.length > before);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await clock.advance(4_999);
    expect(isSettled).toBe(false);
    await clock.advance(1);
    await expect(answer).rejects.toThrow("nothing came for 5000 ms");
    expect(clock.pendingTimers).toBe(0);
  });

  test.each([10_000, 20_000])(
    "P-02 a drip that never stalls is given up after %d ms, and its socket closed",
    async (totalMs) => {
      let closed = 0;
      const drip = createServer((_request, response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write("."), 5);
        response.on("close", () => {
          clearInterval(timer);
          closed++;
        });
      });
      await new Promise<void>((resolve) => drip.listen(0, "127.0.0.1", resolve));
      const { clock, answer } = get({
        url: `http://127.0.0.1:${(drip.address() as AddressInfo).port}`,
        capBytes: 1e6,
        totalMs,
      });
      let isSettled = false;
      answer.catch(() => {
        isSettled = true;
      });
      while (!isSettled) {
        await clock.advance(1_000);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await expect(answer).rejects.toMatchObject({
        message: expect.stringContaining(`not finished after ${totalMs} ms`),
        retryAfterMs: totalMs,
      });
      await until(() => closed === 1);
      expect((await get().answer).status).toBe(200);
      drip.closeAllConnections();
      drip.close();
    },
  );

  test("a refusal with a long page is that refusal, not a page that is too long", async () => {
    const { answer } = get({ fault: { kind: "answer", status: 503, body: new Uint8Array(1e6) } });
    const { status, body } = await answer;
    expect(status).toBe(503);
    expect(body.length).toBeLessThan(300_000);
  });

  test("P-02 a body beyond the cap is not read on", async () => {
    const { answer } = get({ fault: { kind: "answer", status: 200, body: new Uint8Array(1e6) } });
    const error = await answer.catch((caught) => caught);
    expect(isFlagError(error, "HASH")).toBe(true);
    expect(error.message).toContain("longer than 100 bytes");
  });

  test("P-02 an endless body is cut at the cap; the next request is like any other", async () => {
    const { answer } = get({ fault: { kind: "endless", chunk: new Uint8Array(16_384) }, capBytes: 1_000_000 });
    expect(isFlagError(await answer.catch((caught) => caught), "HASH")).toBe(true);
    expect((await get().answer).status).toBe(200);
  });

  test("P-01 a quarter of a gigabyte in a quarter of a megabyte is unpacked up to the cap and no further", async () => {
    const { gzipSync } = await import("node:zlib");
    const mebibyte = gzipSync(new Uint8Array(2 ** 20));
    const body = Buffer.concat(Array(256).fill(mebibyte));
    proxy.setRule(() => ({ kind: "answer", status: 200, headers: { "content-encoding": "gzip" }, body }));
    const counted = countingFetch();
    const io = { fetch: counted.fetch, clock: createVirtualClock() };
    const { signal } = new AbortController();
    const error = await exchange(io, proxy.url, { signal }, { bytes: 2 ** 20, code: "HASH" }).catch((caught) => caught);
    expect(isFlagError(error, "HASH")).toBe(true);
    expect(body.length).toBeLessThan(300_000);
    expect(counted.bytesRead()).toBeLessThanOrEqual(2 ** 20 + 65_536);
  });

  test("P-02 keeps no piece of a body, so that single bytes take no more room than they hold", async () => {
    const piece = new Uint8Array(1);
    let next = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          // The same memory for every piece: whoever keeps pieces instead of bytes has a body of the last one.
          piece[0] = next++ & 255;
          if (next <= 1_000) controller.enqueue(piece);
          else controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const io = { fetch: async () => new Response(body), clock: createVirtualClock() };
    const { signal } = new AbortController();
    const answer = await exchange(io, "x:", { signal }, { bytes: 1e6, code: "HASH" });
    expect(answer.body).toEqual(Uint8Array.from({ length: 1_000 }, (_, at) => at & 255));
  });

  test("ends when the client does", async () => {
    const controller = new AbortController();
    const { clock, answer } = get({ fault: { kind: "hang" }, signal: controller.signal });
    controller.abort();
    await expect(answer).rejects.toThrow("the client was closed");
    expect(clock.pendingTimers).toBe(0);
  });

  test("a fetch that throws what it likes is one kind of error", async () => {
    const strange = () => Promise.reject("text");
    const { signal } = new AbortController();
    const answer = exchange(
      { fetch: strange, clock: createVirtualClock() },
      "x:",
      { signal },
      { bytes: 1, code: "HASH" },
    );
    await expect(answer).rejects.toBeInstanceOf(RequestError);
  });
});
