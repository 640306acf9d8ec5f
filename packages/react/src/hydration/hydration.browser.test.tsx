/** The hand-off in a real Chromium: real clients, a real endpoint, exposures as they arrive there. @module */
import { type ReactNode, StrictMode } from "react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { expect, onTestFinished, test } from "vitest";
import { startFlags } from "../../test/start-flags.js";
import type { FlagSnapshot } from "../flag-snapshot.js";
import { createSnapshot } from "../server/create-snapshot.js";
import { snapshotJson } from "../server/snapshot-json.js";
import { useFlag } from "../use-flag.js";
import { HydratedFlagProvider } from "./hydrated-flag-provider.js";

const context = { targetingKey: "ada" };

function Banner(): ReactNode {
  return <p>{useFlag("banner.text", "a default that is longer than all that the endpoint publishes")}</p>;
}

/** The sum of all layout shifts from now on. */
function observeShifts(): () => number {
  let sum = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { readonly value: number }).value;
  });
  observer.observe({ type: "layout-shift" });
  onTestFinished(() => observer.disconnect());
  return () => sum;
}

test("a page rendered on a server hydrates byte by byte, shifts nothing, goes live, and gives one exposure", async () => {
  const { createClient, endpoint, publish } = await startFlags("hello");
  const server = createClient();
  const snapshot: FlagSnapshot = JSON.parse(snapshotJson(await createSnapshot(server, context, { flags: ["banner"] })));
  const container = document.body.appendChild(document.createElement("div"));
  container.innerHTML = renderToString(
    <StrictMode>
      <HydratedFlagProvider snapshot={snapshot}>
        <Banner />
      </HydratedFlagProvider>
    </StrictMode>,
  );
  const html = container.innerHTML;
  expect(html).toBe("<p>hello</p>");
  const paragraph = container.firstChild;
  const shifts = observeShifts();

  const errors: unknown[] = [];
  const seen = new Set([html]);
  new MutationObserver(() => seen.add(container.innerHTML)).observe(container, {
    subtree: true,
    characterData: true,
    childList: true,
  });
  const client = createClient();
  const root = hydrateRoot(
    container,
    <StrictMode>
      <HydratedFlagProvider snapshot={snapshot} client={client} context={context}>
        <Banner />
      </HydratedFlagProvider>
    </StrictMode>,
    { onRecoverableError: (error) => errors.push(error) },
  );
  await client.ready();
  await expect.poll(async () => (await client.flush()).pending, { timeout: 10_000 }).toBe(0);
  await expect.poll(async () => (await endpoint.log()).exposures.length, { timeout: 10_000 }).toBe(1);
  expect([...seen]).toEqual([html]);
  expect(shifts()).toBe(0);

  await publish(2n, "bye");
  await expect.poll(() => container.innerHTML, { timeout: 10_000 }).toBe("<p>bye</p>");
  expect(container.firstChild).toBe(paragraph);
  root.unmount();
  await server.flush();
  await client.flush();
  expect(errors).toEqual([]);
  const { exposures } = await endpoint.log();
  expect(exposures.map(({ variant, unit }) => `${variant}:${unit}`)).toEqual(["hello:ada", "bye:ada"]);
});
