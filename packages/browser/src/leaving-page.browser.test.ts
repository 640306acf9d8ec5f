/** A page that goes away: what it had queued arrives all the same. @module */
import {
  bundleBytes,
  createTestKeys,
  type EndpointLog,
  fullRollout,
  type RemoteEndpoint,
  startRemoteEndpoint,
} from "@aplomb/testkit";
import { expect, inject, test, vi } from "vitest";

const variants = [{ name: "on", value: { enabled: true } }];
const flags = { checkout: { variants, rules: [fullRollout("all", "everyone", "on")] } };

/** A document of its own, with a client that has exposed some units and sent nothing yet. */
async function openFrame(endpoint: RemoteEndpoint, root: Uint8Array, units: number): Promise<HTMLIFrameElement> {
  const frame = document.createElement("iframe");
  const base64 = btoa(Array.from(root, (byte) => String.fromCharCode(byte)).join(""));
  const script = `
    import { createFlagClient } from ${JSON.stringify(new URL("./create-flag-client.ts", import.meta.url).href)};
    const flags = createFlagClient({
      endpoint: ${JSON.stringify(endpoint.url)}, clientKey: "public", logger: null,
      trust: { root: "${base64}", audience: "web.test" },
    });
    await flags.ready();
    await flags.flush(); // what sends is loaded: a page that is left before that has nothing to send with
    for (let unit = 0; unit < ${units}; unit++) flags.getBooleanValue("checkout.enabled", false, { targetingKey: "u" + unit });
    document.body.textContent = flags.status.state;`;
  // What the runner puts into each dynamic import looks for this.
  const lend = "globalThis.__vitest_browser_runner__ = parent.__vitest_browser_runner__";
  frame.srcdoc = `<!doctype html><body></body><script>${lend}</script><script type="module">${script}</script>`;
  document.body.append(frame);
  await vi.waitUntil(() => frame.contentDocument?.body?.textContent === "READY", 10_000);
  return frame;
}

test.each([
  { name: "is closed", leave: (frame: HTMLIFrameElement) => frame.remove() },
  { name: "goes elsewhere", leave: (frame: HTMLIFrameElement) => frame.contentWindow?.location.replace("about:blank") },
])("D4 a page that $name delivers what it had queued, each once", async ({ leave }) => {
  const endpoint = await startRemoteEndpoint(inject("endpoint").url);
  const keys = await createTestKeys({ trustDomain: crypto.randomUUID() });
  await endpoint.publish(await keys.seal(bundleBytes({ segments: { everyone: {} }, flags })));
  const frame = await openFrame(endpoint, keys.rootEnvelope, 80);
  expect((await endpoint.log()).exposures).toHaveLength(0);
  leave(frame);
  let log: EndpointLog | undefined;
  await vi.waitUntil(async () => {
    log = await endpoint.log();
    return log.exposures.length >= 80;
  }, 5_000);
  expect(new Set(log?.exposures.map(({ unit }) => unit)).size).toBe(80);
  frame.remove();
});
