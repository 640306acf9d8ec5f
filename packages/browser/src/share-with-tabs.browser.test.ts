/** Clients of several documents of one origin, in real Chromium: one asks and sends for all, and the next takes over. @module */
import {
  bundleBytes,
  createTestKeys,
  fullRollout,
  type RemoteEndpoint,
  startRemoteEndpoint,
  type TestKeys,
} from "@aplomb/testkit";
import { afterEach, describe, expect, inject, test, vi } from "vitest";
import { browserHost } from "./browser-host.js";
import type { ClientOptions, FlagClient } from "./index.js";
import { shareWithTabs } from "./share-with-tabs.js";

const variants = [{ name: "on", value: { enabled: true } }];
const flags = { checkout: { variants, rules: [fullRollout("all", "everyone", "on")] } };
const bundle = bundleBytes({ segments: { everyone: {} }, flags });

/** A document with a client of its own, as another tab would have. */
interface Tab {
  readonly client: FlagClient;
  readonly frame: HTMLIFrameElement;
}

const frames: HTMLIFrameElement[] = [];
afterEach(() => {
  for (const frame of frames.splice(0)) frame.remove();
});

async function openTab(endpoint: RemoteEndpoint, keys: TestKeys): Promise<Tab> {
  const frame = document.createElement("iframe");
  frames.push(frame);
  const root = btoa(Array.from(keys.rootEnvelope, (byte) => String.fromCharCode(byte)).join(""));
  const script = `
    import { createFlagClient } from ${JSON.stringify(new URL("./create-flag-client.ts", import.meta.url).href)};
    window.client = createFlagClient({
      endpoint: ${JSON.stringify(endpoint.url)}, clientKey: "public", logger: null,
      trust: { root: "${root}", audience: "web.test" }, refresh: { pollIntervalMs: 1000 },
      store: { load: async () => ({ bundles: [], envelopes: [], roots: [] }), save: async () => {}, saveRoots: async () => {} },
    });`;
  // The test runner rewrites dynamic imports, and is not there in this document.
  const runner = "window.__vitest_browser_runner__ = { wrapDynamicImport: (load) => load() };";
  frame.srcdoc = `<!doctype html><body></body><script>${runner}</script><script type="module">${script}</script>`;
  document.body.append(frame);
  const clientOf = () => (frame.contentWindow as unknown as { client?: FlagClient } | null)?.client;
  await vi.waitUntil(() => clientOf()?.status.state === "READY", 10_000);
  return { client: clientOf() as FlagClient, frame };
}

const manifests = async (endpoint: RemoteEndpoint) =>
  (await endpoint.log()).requests.filter(({ method, path }) => method === "GET" && path.endsWith("/manifest")).length;
const wait = (delayMs: number) => new Promise((resolve) => setTimeout(resolve, delayMs));

describe("clients of several tabs", () => {
  test("A-13 one polls and sends for all; when it dies the next takes over within two seconds", async () => {
    const endpoint = await startRemoteEndpoint(inject("endpoint").url);
    const keys = await createTestKeys({ trustDomain: crypto.randomUUID() });
    await endpoint.publish(await keys.seal(bundle, { version: 1n }));
    const tabs: Tab[] = [];
    for (let i = 0; i < 5; i++) tabs.push(await openTab(endpoint, keys));

    const before = await manifests(endpoint);
    await wait(4_000);
    // Each alone would have asked twenty times in all.
    expect((await manifests(endpoint)) - before).toBeLessThanOrEqual(7);

    for (const [i, { client }] of tabs.entries()) {
      client.getBooleanValue("checkout.enabled", false, { targetingKey: `u${i}` });
    }
    const counts = await Promise.all(tabs.map(({ client }) => client.flush()));
    expect(counts).toEqual(Array(5).fill({ delivered: 1, pending: 0, dropped: 0 }));

    tabs[0]?.frame.remove();
    await endpoint.publish(await keys.seal(bundle, { version: 2n }));
    const rest = tabs.slice(1);
    await vi.waitUntil(() => rest.every(({ client }) => client.status.bundleVersion === 2), {
      timeout: 3_500,
      interval: 50,
    });
    const log = await endpoint.log();
    expect([log.exposures.length, log.duplicates]).toEqual([5, 0]);
  }, 40_000);
});

describe("shareWithTabs", () => {
  const options: ClientOptions = {
    ...{ endpoint: "https://flags.example.com", clientKey: "k", trust: { root: "AAAA", audience: "a" } },
  };
  const source = { fetchManifest: async () => undefined, fetchBundle: async () => new Uint8Array() };
  const sink = { publish: async () => ({ duplicate: false, rejected: [] }) };

  test.each<[string, Partial<ClientOptions>]>([
    ["a source of its own", { source }],
    ["a sink of its own", { sink }],
    ["a second origin", { fallbackEndpoint: "https://flags.example.net" }],
  ])("a client with %s works alone", (_, own) => {
    expect(shareWithTabs(browserHost, { ...options, ...own })).toBe(browserHost);
  });

  test.each(["locks", "channels"])("A-12 without %s each tab works alone", (missing) => {
    if (missing === "locks") vi.stubGlobal("navigator", {});
    else vi.stubGlobal("BroadcastChannel", undefined);
    const host = shareWithTabs(browserHost, options);
    vi.unstubAllGlobals();
    expect(host).toBe(browserHost);
    expect(shareWithTabs(browserHost, options)).not.toBe(browserHost);
  });
});
