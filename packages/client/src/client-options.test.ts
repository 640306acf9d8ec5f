/** Wrong options are named at once; right ones join the host. @module */
import { isFlagError } from "@aplomb/core";
import { describe, expect, test } from "vitest";
import { type ClientOptions, readOptions } from "./client-options.js";
import { AUDIENCE, keys } from "./testing/sealed-bundles.js";
import { createTestHost } from "./testing/test-host.js";

const good: ClientOptions = {
  endpoint: "https://flags.example.com/",
  clientKey: "key",
  trust: { root: keys.rootEnvelope, audience: AUDIENCE },
};

describe("readOptions", () => {
  test.each([
    ["endpoint", { endpoint: "flags.example.com" }],
    ["endpoint", { endpoint: "http://flags.example.com" }],
    ["endpoint", { endpoint: "http://127.evil.com" }],
    ["endpoint", { endpoint: "ftp://localhost" }],
    ["endpoint", { endpoint: undefined }],
    ["endpoint", { endpoint: "https://user:word@flags.example.com" }],
    ["endpoint", { endpoint: "https://flags.example.com/?key=1" }],
    ["clientKey", { clientKey: "" }],
    ["clientKey", { clientKey: "key\n" }],
    ["clientKey", { clientKey: "two\nlines" }],
    ["trust.audience", { trust: { root: keys.rootEnvelope } }],
    ["trust.audience", { trust: undefined }],
    ["trust.root", { trust: { root: "%%%", audience: "a" } }],
    ["trust.root", { trust: { root: 7, audience: "a" } }],
    ["context", { context: "user" }],
    ["store", { store: {} }],
    ["bootstrap.manifest", { bootstrap: { manifest: "text" } }],
    ["minVersion", { minVersion: -1 }],
    ["minVersion", { minVersion: "5" }],
    ["refresh.pollIntervalMs", { refresh: { pollIntervalMs: 30 } }],
    ["refresh.pollIntervalMs", { refresh: { pollIntervalMs: Number.NaN } }],
    ["refresh.stream", { refresh: { stream: "yes" } }],
    ["exposures.mode", { exposures: { mode: "off" } }],
    ["exposures.flushIntervalMs", { exposures: { flushIntervalMs: 2 ** 31 } }],
    ["sendAttributes", { sendAttributes: "plan" }],
    ["logger", { logger: {} }],
    ["fetch", { fetch: {} }],
    ["clock", { clock: Date }],
    ["random", { random: 4 }],
    ["signal", { signal: true }],
    ["source", { source: {} }],
    ["sink", { sink: null }],
  ])("%s ← %j is named", (path, changes) => {
    const read = () => readOptions({ ...good, ...changes } as ClientOptions, createTestHost());
    expect(read).toThrow(expect.toSatisfy((error) => isFlagError(error, "OPTION") && error.message.includes(path)));
  });

  test("a key that no header takes is never quoted", () => {
    const read = () => readOptions({ ...good, clientKey: "canary\0" }, createTestHost());
    expect(read).toThrow(expect.toSatisfy((error) => !String(error).includes("canary")));
  });

  test.each([
    "https://a.example",
    "http://localhost:8080",
    "http://[::1]:1",
    "http://127.0.0.1",
    "http://app.localhost",
  ])("%s is an endpoint", (endpoint) => {
    expect(readOptions({ ...good, endpoint }, createTestHost()).endpoint).toBe(endpoint);
  });

  test("the root is read from base64, too", () => {
    const root = btoa(String.fromCharCode(...keys.rootEnvelope));
    const settings = readOptions({ ...good, trust: { root, audience: AUDIENCE } }, createTestHost());
    expect(settings.trustDomain).toBe(keys.trust.root.trustDomain);
  });

  test("options win over the host, and null keeps quiet", () => {
    const host = createTestHost({ logger: console });
    const fetch = () => Promise.reject(new Error("offline"));
    const changes = { fetch, logger: null, refresh: { pollIntervalMs: 5_000 }, exposures: { flushIntervalMs: 200 } };
    const settings = readOptions({ ...good, ...changes }, host);
    expect(settings.endpoint).toBe("https://flags.example.com");
    expect(settings.pollIntervalMs).toBe(5_000);
    expect(settings.host).toMatchObject({ fetch, logger: undefined, delivery: { flushIntervalMs: 200 } });
  });
});
