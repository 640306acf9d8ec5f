/** Mounts, retries and StrictMode in a real Chromium: exposures by the rule, and no listener left. @module */
import { type ReactNode, StrictMode, Suspense } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { expect, test } from "vitest";
import { bundleOf } from "../test/bundle-of.js";
import { createMemoryClient, type MemoryClient } from "../test/memory-client.js";
import { FlagProvider } from "./flag-provider.js";
import { useFlag } from "./use-flag.js";
import { useSuspenseFlag } from "./use-suspense-flag.js";

const hello = bundleOf({ banner: { variant: "hello", value: { text: "Hello" } } });
const once = ["banner:hello:all:ada"];

function Banner(): ReactNode {
  return <p>{useFlag("banner.text", "default")}</p>;
}

function LateBanner(): ReactNode {
  return <p>{useSuspenseFlag("banner.text", "default")}</p>;
}

function mount(client: MemoryClient, children: ReactNode) {
  const container = document.body.appendChild(document.createElement("div"));
  const root = createRoot(container);
  const tree = (
    <StrictMode>
      <FlagProvider client={client}>{children}</FlagProvider>
    </StrictMode>
  );
  flushSync(() => root.render(tree));
  const unmount = () => {
    flushSync(() => root.unmount());
    container.remove();
  };
  return { container, unmount };
}

test("W-14 1,000 mounts and unmounts under StrictMode are one exposure, and leave no listener", async () => {
  const client = createMemoryClient(hello);
  for (let i = 0; i < 1_000; i++) mount(client, <Banner />).unmount();
  await expect.poll(() => client.counts.listeners).toBe(0);
  expect(client.exposures).toEqual(once);
});

test("W-14 a boundary that is tried again exposes when it is shown, once", async () => {
  const client = createMemoryClient();
  let settle = () => {};
  client.ready = () =>
    new Promise((resolve) => {
      settle = () => resolve(client.status);
    });
  const late = (
    <Suspense fallback="waiting">
      <Banner />
      <LateBanner />
    </Suspense>
  );
  const { container, unmount } = mount(client, late);
  expect(container.textContent).toContain("waiting");
  expect(client.counts.exposes).toBe(0);
  client.publish(hello);
  settle();
  await expect.poll(() => container.textContent).toBe("HelloHello");
  await expect.poll(() => client.exposures).toEqual(once);
  unmount();
  await expect.poll(() => client.counts.listeners).toBe(0);
});
