/** Who gets into the console: with a token, without one, and after too many wrong ones. @module */
import { createHash } from "node:crypto";
import { get } from "node:http";
import { createVirtualClock } from "@aplomb/testkit";
import { afterEach, describe, expect, test } from "vitest";
import { startEndpoint, type TestEndpoint } from "../../test/endpoint.js";

const token = "a-long-random-token-for-tests";
const consoleTokenSha256 = createHash("sha256").update(token).digest("hex");

let endpoint: TestEndpoint | undefined;
afterEach(() => endpoint?.close());

const ask = async (path: string, authorization?: string) =>
  fetch(`${endpoint?.server.url}${path}`, { headers: authorization === undefined ? {} : { authorization } });

describe("with a token", () => {
  test("every report needs it, the page itself does not", async () => {
    endpoint = await startEndpoint({ consoleTokenSha256 });
    for (const report of ["data", "flags?audience=web.test", "versions", "clients"]) {
      expect((await ask(`/console/${report}`)).status, report).toBe(401);
      expect((await ask(`/console/${report}`, "Bearer pk_page")).status, report).toBe(401);
    }
    const question = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
    expect((await fetch(`${endpoint.server.url}/console/explain`, question)).status).toBe(401);
    expect((await ask("/console")).status).toBe(200);
    expect((await ask("/console/main.js")).status).toBe(200);
    const answer = await ask("/console/data", `Bearer ${token}`);
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
  });

  test("a console with a token answers under any name and on any host", async () => {
    endpoint = await startEndpoint({ consoleTokenSha256, host: "0.0.0.0" });
    expect(await statusAs({ host: "flags.example", authorization: `Bearer ${token}` })).toBe(200);
  });

  test("ten wrong ones from an address make it wait, whatever it sends then", async () => {
    const clock = createVirtualClock();
    endpoint = await startEndpoint({ consoleTokenSha256, clock });
    for (let guess = 0; guess < 10; guess++) expect((await ask("/console/data", `Bearer ${guess}`)).status).toBe(401);
    const refused = await ask("/console/data", `Bearer ${token}`);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "60"]);
    await clock.advance(60_000);
    expect((await ask("/console/data", `Bearer ${token}`)).status).toBe(200);
  });

  test("to ask without any is no guess", async () => {
    endpoint = await startEndpoint({ consoleTokenSha256 });
    for (let look = 0; look < 20; look++) expect((await ask("/console/data")).status).toBe(401);
    expect((await ask("/console/data", `Bearer ${token}`)).status).toBe(200);
  });
});

/** The status of the reports for a request with these headers. */
function statusAs(headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const url = `http://127.0.0.1:${endpoint?.server.port}/console/data`;
    get(url, { headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", reject);
  });
}

test.each([
  { headers: { host: "localhost:1" }, status: 200 },
  { headers: { host: "127.0.0.1" }, status: 200 },
  { headers: { host: "[::1]:80" }, status: 200 },
  { headers: { host: "evil.example" }, status: 421 },
  { headers: { host: "localhost.evil.example" }, status: 421 },
  { headers: { host: "localhost", "x-forwarded-for": "203.0.113.9" }, status: 421 },
  { headers: { host: "localhost", forwarded: "for=203.0.113.9" }, status: 421 },
])("without a token, on a loopback port, a request with $headers answers $status", async ({ headers, status }) => {
  endpoint = await startEndpoint();
  expect(await statusAs(headers as Record<string, string>)).toBe(status);
});
