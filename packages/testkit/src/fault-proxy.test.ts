/** Holds the fault proxy to its faults, over real sockets. @module */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.js";

describe("startFaultProxy", () => {
  let handled = 0;
  const upstream = createServer((_request, response) => {
    handled++;
    response.writeHead(200, { "content-type": "text/plain", etag: '"1"' }).end("0123456789");
  });
  let proxy: FaultProxy;

  beforeAll(async () => {
    await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
    proxy = await startFaultProxy(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}`);
  });
  afterAll(async () => {
    await proxy.close();
    upstream.closeAllConnections();
    upstream.close();
  });

  test("passes requests and answers through, and remembers requests", async () => {
    proxy.setRule(undefined);
    const response = await fetch(`${proxy.url}/a?b`, { method: "POST", body: "sent" });
    expect([response.status, response.headers.get("etag"), await response.text()]).toEqual([200, '"1"', "0123456789"]);
    expect(proxy.requests.at(-1)).toMatchObject({ method: "POST", path: "/a?b", body: Buffer.from("sent") });
  });

  test.each([
    { fault: { kind: "reset" } as const, reached: 0 },
    { fault: { kind: "drop_response" } as const, reached: 1 },
    { fault: { kind: "truncate", afterBytes: 3 } as const, reached: 1 },
  ])("$fault.kind fails the request; the upstream saw $reached", async ({ fault, reached }) => {
    proxy.setRule(() => fault);
    const before = handled;
    await expect(fetch(proxy.url).then((response) => response.text())).rejects.toThrow();
    expect(handled - before).toBe(reached);
  });

  test.each([{ fault: { kind: "hang" } as const }, { fault: { kind: "stall", afterBytes: 3 } as const }])(
    "$fault.kind never ends by itself",
    async ({ fault }) => {
      proxy.setRule(() => fault);
      const answer = fetch(proxy.url, { signal: AbortSignal.timeout(100) }).then((response) => response.text());
      await expect(answer).rejects.toThrow(/timeout/);
    },
  );

  test("endless goes on until the reader goes away", async () => {
    proxy.setRule(() => ({ kind: "endless", chunk: new Uint8Array(100_000) }));
    const reader = (await fetch(proxy.url)).body?.getReader();
    let bytes = 0;
    while (bytes < 5_000_000) bytes += (await reader?.read())?.value?.length ?? 0;
    await reader?.cancel();
    proxy.setRule(undefined);
    expect((await fetch(proxy.url)).status).toBe(200);
  });

  test("flips one bit", async () => {
    proxy.setRule(() => ({ kind: "flip", atByte: 1 }));
    expect(await (await fetch(proxy.url)).text()).toBe("0023456789");
  });

  test("answers by itself", async () => {
    proxy.setRule(() => ({ kind: "answer", status: 503, headers: { "retry-after": "7" }, body: "no" }));
    const response = await fetch(proxy.url);
    expect([response.status, response.headers.get("retry-after"), await response.text()]).toEqual([503, "7", "no"]);
  });
});
