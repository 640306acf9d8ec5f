/** The bindings in a real Chromium: real client, real signatures, a real endpoint, under StrictMode. @module */
import { createFlagClient } from "@aplomb/browser";
import { createTestKeys, startRemoteEndpoint } from "@aplomb/testkit";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { expect, inject, onTestFinished, test } from "vitest";
import { bundleOf } from "../test/bundle-of.js";
import { FlagProvider } from "./flag-provider.js";
import { useFlag } from "./use-flag.js";
import { useFlagStatus } from "./use-flag-status.js";

/** An endpoint that publishes banners, and a client that polls it every second. */
async function startFlags(first: string) {
  const keys = await createTestKeys({ audience: `web.${crypto.randomUUID()}` });
  const endpoint = await startRemoteEndpoint(inject("endpoint").url);
  const publish = async (version: bigint, text: string) =>
    endpoint.publish(await keys.seal(bundleOf({ banner: { variant: text, value: { text } } }), { version }));
  await publish(1n, first);
  const client = createFlagClient({
    ...{ endpoint: endpoint.url, clientKey: "page", context: { targetingKey: "ada" } },
    trust: { root: keys.rootEnvelope, audience: keys.trust.audience },
    refresh: { pollIntervalMs: 1_000 },
  });
  onTestFinished(async () => {
    await client.close();
    await endpoint.close();
  });
  return { client, endpoint, publish };
}

function Banner() {
  return <p>{[useFlag("banner.text", "default"), useFlagStatus().bundleVersion].join(" ")}</p>;
}

test("a component follows bundles without a remount, and each outcome is exposed once", async () => {
  const { client, endpoint, publish } = await startFlags("hello");
  const container = document.body.appendChild(document.createElement("div"));
  const root = createRoot(container);
  const render = (key: string) =>
    root.render(
      <StrictMode>
        <FlagProvider client={client}>
          <Banner key={key} />
        </FlagProvider>
      </StrictMode>,
    );
  render("first");
  await expect.poll(() => container.textContent, { timeout: 10_000 }).toBe("hello 1");
  const paragraph = container.firstChild;
  await publish(2n, "bye");
  await expect.poll(() => container.textContent, { timeout: 10_000 }).toBe("bye 2");
  expect(container.firstChild).toBe(paragraph);

  for (let i = 0; i < 20; i++) render(`mount ${i}`);
  await expect.poll(() => container.firstChild === paragraph).toBe(false);
  root.unmount();
  expect(await client.flush()).toMatchObject({ pending: 0, dropped: 0 });
  const { exposures } = await endpoint.log();
  expect(exposures.map(({ flag, variant, unit }) => [flag, variant, unit].join(":"))).toEqual([
    "banner:hello:ada",
    "banner:bye:ada",
  ]);
});
