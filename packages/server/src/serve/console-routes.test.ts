/** The console over HTTP: its policy, its reports, its answers, and what it keeps to itself. @module */
import { afterAll, beforeAll, expect, test } from "vitest";
import { batchBytes, connectClient } from "../../test/batches.js";
import { exposeHalves, halvedFlags } from "../../test/console-flags.js";
import { pageKey, startEndpoint, type TestEndpoint } from "../../test/endpoint.js";

let endpoint: TestEndpoint;
const lines: string[] = [];
beforeAll(async () => {
  endpoint = await startEndpoint({ logger: "trace", logDestination: { write: (line) => void lines.push(line) } });
  await endpoint.publish("web.test", halvedFlags("checkout"), { version: 6n });
  await endpoint.publish("web.test", halvedFlags("checkout", "ranking"), { version: 7n });
});
afterAll(() => endpoint.close());

const ask = (path: string) => fetch(`${endpoint.server.url}/console${path}`);
const explain = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${endpoint.server.url}/console/explain`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

test.each(["", "/", "/main.js", "/base.css", "/icon.svg", "/data", "/clients?audience=web.test", "/nothing"])(
  "/console%s is its own origin's alone",
  async (path) => {
    const { headers, status } = await ask(path);
    expect(status).toBe(path === "/nothing" ? 404 : 200);
    if (status === 404) return;
    const policy = headers.get("content-security-policy") ?? "";
    for (const rule of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "trusted-types 'none'"]) {
      expect(policy).toContain(rule);
    }
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("access-control-allow-origin")).toBeNull();
    expect(headers.get("set-cookie")).toBeNull();
  },
);

test("the page names no other origin, holds no inline script or style, and every file it names is there", async () => {
  const page = await (await ask("")).text();
  expect(page).not.toMatch(/https?:|<style|style=|\son\w+=|<script(?![^>]*src=)/);
  const files = [...page.matchAll(/(?:href|src)="(\/console\/[^"]+)"/g)].map(([, path]) => path ?? "");
  expect(files.length).toBeGreaterThan(5);
  for (const path of files) expect((await fetch(endpoint.server.url + path)).status, path).toBe(200);
});

test.each(["/flags?audience=nobody", "/flags"])("%s is not found", async (path) => {
  expect((await ask(path)).status).toBe(404);
});

test.each(["nobody", "__proto__", "../secret", "%00", `${"a".repeat(200)}`])(
  "reports of an audience named %s are empty",
  async (audience) => {
    expect(await (await ask(`/versions?audience=${audience}`)).json()).toMatchObject({ versions: [] });
    expect(await (await ask(`/clients?audience=${audience}`)).json()).toEqual({ instances: 0, clients: [] });
    expect(await (await ask(`/data?audience=${audience}`)).json()).not.toHaveProperty("live");
  },
);

test("no unit and no key is in the data", async () => {
  await exposeHalves(endpoint, "checkout", 3, 2);
  const read = async () => (await ask("/data?audience=web.test")).text();
  await expect.poll(read).toContain('"exposures":5');
  const data = await read();
  expect(data).not.toMatch(/user-\d|pk_page|sk_/);
});

test("versions say who is on them and what they changed", async () => {
  const status = { epoch: 1, sha256: new Uint8Array(32), ageMs: 0, rejectedCode: "", quarantinedFlags: [] };
  const send = (version: number, rejectedVersion = 0) => {
    const batch = batchBytes({ bundleStatus: { ...status, version, rejectedVersion } });
    return connectClient(endpoint.server.url, pageKey).publishExposures({ batch, sentAtMs: BigInt(Date.now()) });
  };
  await send(7);
  await send(6, 7);
  const read = async (report: string) => (await ask(`/${report}?audience=web.test`)).json();
  await expect.poll(async () => (await read("clients")).instances).toBe(3);
  const { versions } = await read("versions");
  expect(versions).toMatchObject([
    {
      ...{ version: 7, isCurrent: true, instances: 1, comparedWith: 6, moreChanges: 0 },
      changes: [{ flag: "ranking", kind: "added", details: [] }],
    },
    { version: 6, isCurrent: false, instances: 1 },
    // What `exposeHalves` reports: a version that this endpoint never served.
    { version: 1, isCurrent: false, instances: 1 },
  ]);
  expect(versions[1]).not.toHaveProperty("changes");
  const { clients } = await read("clients");
  expect(clients).toMatchObject([
    { condition: "refusing", rejectedVersion: 7 },
    { condition: "behind" },
    { condition: "fine" },
  ]);
});

test("explains a flag, or all of them", async () => {
  const question = { audience: "web.test", context: '{"targetingKey":"u1"}' };
  expect(await (await explain(question)).json()).toMatchObject({ version: 7, leftOut: 0, answers: [{}, {}] });
  const { explained } = await (await explain({ ...question, flag: "checkout" })).json();
  expect(explained).toMatchObject({ flag: "checkout", reason: "MATCH", rules: [{ answer: "true" }] });
});

test.each([
  { name: "no JSON", body: "{", status: 400 },
  { name: "no object", body: "[]", status: 400 },
  { name: "no context", body: { audience: "web.test" }, status: 400 },
  { name: "a context that is no text", body: { audience: "web.test", context: {} }, status: 400 },
  { name: "a flag that is no text", body: { audience: "web.test", context: "{}", flag: 1 }, status: 400 },
  { name: "__proto__", body: '{"__proto__":{"context":"{}"},"audience":"web.test"}', status: 400 },
  { name: "too much", body: { audience: "web.test", context: " ".repeat(300_000) }, status: 413 },
  { name: "another type", body: "audience=web.test", type: "application/x-www-form-urlencoded", status: 415 },
])("a question of $name is refused with $status", async ({ body, status, type }) => {
  const answer = await explain(body, type === undefined ? {} : { "content-type": type });
  expect(answer.status).toBe(status);
});

test("nothing of a context is logged or stored, whether it can be read or not", async () => {
  const secret = "mark-of-a-person";
  for (const context of [`{"targetingKey":"${secret}"}`, `{"${secret}`, `["${secret}"]`]) {
    const answer = await explain({ audience: "web.test", flag: "checkout", context });
    expect(answer.headers.get("cache-control")).toBe("no-store");
  }
  await explain(`{"${secret}`);
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.join("")).not.toContain(secret);
  expect(await (await fetch(`${endpoint.server.url}/metrics`)).text()).not.toContain(secret);
  for await (const { unit } of endpoint.store.readExposures()) expect(unit).not.toBe(secret);
});
