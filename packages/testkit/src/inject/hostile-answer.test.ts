/** Holds the ready-made answers to what a client really receives. @module */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OwnAnswer } from "./fault.js";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.js";
import { comeBackLater, gzipBomb, lyingNotModified, redirect, webPage } from "./hostile-answer.js";

const MIB = 2 ** 20;
let proxy: FaultProxy;
beforeAll(async () => {
  proxy = await startFaultProxy("http://127.0.0.1:9");
});
afterAll(() => proxy.close());

describe("hostile answers", () => {
  test.each<{ name: string; answer: OwnAnswer; status: number; headers: Record<string, string>; body: RegExp }>([
    { name: "busy", answer: comeBackLater(503, "7"), status: 503, headers: { "retry-after": "7" }, body: /^$/ },
    { name: "a lying 304", answer: lyingNotModified('"x"'), status: 304, headers: { etag: '"x"' }, body: /^$/ },
    {
      name: "a page",
      answer: webPage(),
      status: 200,
      headers: { "content-type": "text/html; charset=utf-8" },
      body: /log in/,
    },
    {
      name: "elsewhere",
      answer: redirect("http://127.0.0.1:1/"),
      status: 302,
      headers: { location: "http://127.0.0.1:1/" },
      body: /^$/,
    },
  ])("$name", async ({ answer, status, headers, body }) => {
    proxy.setRule(() => answer);
    const response = await fetch(proxy.url, { redirect: "manual" });
    expect([response.status, Object.fromEntries(response.headers)]).toMatchObject([status, headers]);
    expect(await response.text()).toMatch(body);
  });

  test("a redirect to itself is a loop", async () => {
    proxy.setRule(({ path }) => redirect(path));
    await expect(fetch(`${proxy.url}/round`)).rejects.toMatchObject({ cause: { message: /redirect count exceeded/ } });
  });

  test("a gzip bomb is small on the wire and large when unpacked", async () => {
    const bomb = await gzipBomb(16 * MIB);
    expect(bomb.kind === "answer" && bomb.body?.length).toBeLessThan(17_000);
    proxy.setRule(() => bomb);
    expect((await (await fetch(proxy.url)).arrayBuffer()).byteLength).toBe(16 * MIB);
  });
});
