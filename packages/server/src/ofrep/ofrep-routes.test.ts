/** OFREP over real sockets: what the protocol says, and what OpenFeature's own providers make of it. @module */
import { FlagState } from "@aplomb/proto/bundle";
import { equalTo, fullRollout, segmentOf, split } from "@aplomb/testkit";
import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";
import { OpenFeature as ServerOpenFeature } from "@openfeature/server-sdk";
import { type Provider, OpenFeature as WebOpenFeature } from "@openfeature/web-sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clients, pageKey, serviceKey, startEndpoint, type TestEndpoint } from "../../test/endpoint.js";

const segments = { everyone: {}, staff: segmentOf(equalTo("plan", "staff")) };
const bundle = {
  segments,
  flags: {
    checkout: {
      variants: [{ name: "express", value: { enabled: true, color: "red", size: 3, nothing: null } }],
      rules: [split("half", "everyone", { express: 99 })],
    },
    banner: {
      variants: [{ name: "hello", value: { value: "Hello" } }],
      rules: [fullRollout("all", "everyone", "hello")],
    },
    beta: { variants: [{ name: "on", value: { value: true } }], rules: [fullRollout("all", "staff", "on")] },
    off: { state: FlagState.DISABLED },
    kept: { state: FlagState.REMOTE },
    broken: Uint8Array.of(0xff),
  },
};
const remote = { flags: { kept: { ...bundle.flags.banner } }, segments };

let endpoint: TestEndpoint;
beforeEach(async () => {
  endpoint = await startEndpoint();
  await endpoint.publishWithRemote("web.test", bundle, remote, 5n);
});
afterEach(() => endpoint.close());

interface Ask {
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

async function ask(path: string, { headers = {}, body }: Ask = {}) {
  const response = await fetch(`${endpoint.server.url}/ofrep/v1/evaluate/flags${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${pageKey}`, "content-type": "application/json", ...headers },
    body: body ?? JSON.stringify({ context: { targetingKey: "user-1", plan: "staff" } }),
  });
  const text = await response.text();
  return {
    status: response.status,
    etag: response.headers.get("etag") ?? "",
    answer: text === "" ? undefined : JSON.parse(text),
  };
}

describe("one flag", () => {
  test.each([
    [
      "checkout",
      200,
      { value: { enabled: true, color: "red", size: 3, nothing: null }, variant: "express", reason: "SPLIT" },
    ],
    ["checkout.color", 200, { value: "red", variant: "express", reason: "SPLIT" }],
    ["checkout.nothing", 200, { value: undefined, variant: "express", reason: "SPLIT" }],
    ["checkout.__proto__.toString", 200, { value: undefined }],
    ["banner", 200, { value: "Hello", reason: "STATIC", metadata: { ruleId: "all", bundleVersion: 5 } }],
    ["beta", 200, { value: true, reason: "TARGETING_MATCH" }],
    ["kept", 200, { value: "Hello", variant: "hello" }],
    ["off", 200, { value: undefined, reason: "DISABLED" }],
    ["broken", 400, { errorCode: "PARSE_ERROR" }],
    ["nope", 404, { errorCode: "FLAG_NOT_FOUND" }],
    ["toString", 404, { errorCode: "FLAG_NOT_FOUND" }],
  ])("%s answers %i", async (key, status, expected) => {
    const { answer, ...rest } = await ask(`/${key}`);
    expect([rest.status, answer.key]).toEqual([status, key]);
    expect(answer).toMatchObject(JSON.parse(JSON.stringify(expected)));
    if ("value" in expected && expected.value === undefined) expect(answer).not.toHaveProperty("value");
  });

  test.each<[string, string, number, string]>([
    ["no body", "", 200, ""],
    ["no context", "{}", 200, ""],
    ["what is not JSON", "{", 400, "PARSE_ERROR"],
    ["a list", "[]", 400, "INVALID_CONTEXT"],
    ["a context that is none", '{"context":1}', 400, "INVALID_CONTEXT"],
    ["a context of null", '{"context":null}', 400, "INVALID_CONTEXT"],
    ["a bad targeting key", '{"context":{"targetingKey":{}}}', 400, "INVALID_CONTEXT"],
    ["an attribute called __proto__", '{"context":{"__proto__":{"plan":"staff"},"targetingKey":"u"}}', 200, ""],
    ["a text beyond the cap", JSON.stringify({ context: { s: "x".repeat(70_000) } }), 400, "INVALID_CONTEXT"],
    ["100,000 nested lists", `{"context":{"s":${"[".repeat(100_000)}${"]".repeat(100_000)}}}`, 400, "INVALID_CONTEXT"],
    ["more than is read", JSON.stringify({ context: { s: "x".repeat(300_000) } }), 413, "PARSE_ERROR"],
  ])("with %s", async (_name, body, status, errorCode) => {
    const { answer, ...rest } = await ask("/checkout", { body });
    expect([rest.status, answer.errorCode ?? ""]).toEqual([status, errorCode]);
  });

  test("with a body of another type is not read", async () => {
    expect((await ask("/checkout", { headers: { "content-type": "text/plain" } })).status).toBe(415);
  });
});

describe("all flags", () => {
  test("come with a tag, and with nothing while they are the same", async () => {
    const first = await ask("");
    expect(first.answer.metadata).toEqual({ bundleVersion: 5 });
    expect(
      first.answer.flags.map(({ key, value, errorCode }: Record<string, unknown>) => [key, errorCode ?? value ?? null]),
    ).toEqual([
      ["checkout", { enabled: true, color: "red", size: 3, nothing: null }],
      ...[
        ["banner", "Hello"],
        ["beta", true],
        ["off", null],
        ["kept", "Hello"],
        ["broken", "PARSE_ERROR"],
      ],
    ]);
    const again = await ask("", { headers: { "if-none-match": `"other", W/${first.etag}` } });
    expect([again.status, again.etag, again.answer]).toEqual([304, first.etag, undefined]);
    const body = JSON.stringify({ context: { targetingKey: "user-1" } });
    expect((await ask("", { headers: { "if-none-match": first.etag }, body })).status).toBe(200);
    await endpoint.publish("web.test", bundle, { version: 6n });
    expect((await ask("", { headers: { "if-none-match": first.etag } })).status).toBe(200);
  });

  test.each([
    ["{", "PARSE_ERROR"],
    ['{"context":"x"}', "INVALID_CONTEXT"],
  ])("of %s fail as a whole", async (body, errorCode) => {
    const { status, answer } = await ask("", { body });
    expect([status, answer.errorCode]).toEqual([400, errorCode]);
  });
});

describe("who may ask", () => {
  test.each<[string, Record<string, string>, number]>([
    ["a bearer key", {}, 200],
    ["an API key", { authorization: "", "x-api-key": pageKey }, 200],
    ["no key", { authorization: "" }, 401],
    ["an unknown key", { authorization: "Bearer nope" }, 401],
    ["an unknown API key", { authorization: "", "x-api-key": "nope" }, 401],
    ["a key for another audience", { "aplomb-audience": "api.test" }, 403],
    ["a key whose audience has nothing published", { authorization: `Bearer ${serviceKey}` }, 503],
  ])("%s", async (_name, headers, status) => {
    expect((await ask("/banner", { headers })).status).toBe(status);
  });

  test("a key of several audiences says which one is meant; pages of foreign origins may not ask", async () => {
    await endpoint.close();
    const both = [...clients, { kind: "browser" as const, audience: "app.test", key: pageKey }];
    endpoint = await startEndpoint({ clients: both, allowedOrigins: ["https://shop.example"] });
    await endpoint.publish("app.test", bundle);
    const statusWith = async (headers: Record<string, string>) => (await ask("/banner", { headers })).status;
    expect(await statusWith({})).toBe(400);
    expect(await statusWith({ "aplomb-audience": "app.test" })).toBe(200);
    expect(await statusWith({ "aplomb-audience": "app.test", origin: "https://evil.example" })).toBe(403);
    expect(await statusWith({ "aplomb-audience": "app.test", origin: "https://shop.example" })).toBe(200);
  });

  test("a page is told what it may send", async () => {
    const response = await fetch(`${endpoint.server.url}/ofrep/v1/evaluate/flags`, {
      method: "OPTIONS",
      headers: {
        origin: "https://shop.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "x-api-key,content-type",
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-headers")?.toLowerCase()).toContain("x-api-key");
  });
});

test("the configuration comes with a tag", async () => {
  const url = `${endpoint.server.url}/ofrep/v1/configuration`;
  const headers = { "x-api-key": pageKey };
  const first = await fetch(url, { headers });
  expect(await first.json()).toMatchObject({
    name: "aplomb",
    capabilities: { cacheInvalidation: { polling: { enabled: true } } },
  });
  const again = await fetch(url, { headers: { ...headers, "if-none-match": first.headers.get("etag") ?? "" } });
  expect([again.status, (await fetch(url)).status]).toEqual([304, 401]);
});

describe("OpenFeature's own providers", () => {
  test("server: values, reasons and errors are those of a local evaluation", async () => {
    const headers: [string, string][] = [["Authorization", `Bearer ${pageKey}`]];
    await ServerOpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl: endpoint.server.url, headers }));
    const client = ServerOpenFeature.getClient();
    const context = { targetingKey: "user-1", plan: "staff" };
    expect(await client.getStringDetails("banner", "x", context)).toMatchObject({
      value: "Hello",
      variant: "hello",
      reason: "STATIC",
    });
    expect(await client.getBooleanValue("beta", false, context)).toBe(true);
    expect(await client.getNumberValue("checkout.size", 0, context)).toBe(3);
    expect(await client.getObjectValue("checkout", {}, context)).toMatchObject({ color: "red" });
    expect(await client.getStringDetails("nope", "x", context)).toMatchObject({
      value: "x",
      errorCode: "FLAG_NOT_FOUND",
    });
    expect(await client.getStringDetails("beta", "x", context)).toMatchObject({
      value: "x",
      errorCode: "TYPE_MISMATCH",
    });
    expect(await client.getBooleanValue("beta", false, {})).toBe(false);
    await ServerOpenFeature.close();
  });

  test("web: all flags are there when it is ready, and follow the context", async () => {
    const headers: [string, string][] = [["X-API-Key", pageKey]];
    const provider = new OFREPWebProvider({
      baseUrl: endpoint.server.url,
      headers,
      pollInterval: -1,
      cacheMode: "disabled",
    });
    await WebOpenFeature.setContext({ targetingKey: "user-1", plan: "staff" });
    await WebOpenFeature.setProviderAndWait(provider as Provider);
    const client = WebOpenFeature.getClient();
    expect(client.getBooleanDetails("beta", false)).toMatchObject({
      value: true,
      variant: "on",
      reason: "TARGETING_MATCH",
    });
    expect(client.getStringValue("kept", "x")).toBe("Hello");
    expect(client.getStringDetails("off", "mine")).toMatchObject({ value: "mine", reason: "DISABLED" });
    await WebOpenFeature.setContext({ targetingKey: "user-1" });
    expect(client.getBooleanValue("beta", false)).toBe(false);
    await WebOpenFeature.close();
  });
});
