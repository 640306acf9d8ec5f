/** The bindings in a real Chromium: real client, real signatures, a real endpoint, under StrictMode. @module */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { expect, test } from "vitest";
import { startFlags } from "../test/start-flags.js";
import { FlagProvider } from "./flag-provider.js";
import { useFlag } from "./use-flag.js";
import { useFlagStatus } from "./use-flag-status.js";

function Banner() {
  return <p>{[useFlag("banner.text", "default"), useFlagStatus().bundleVersion].join(" ")}</p>;
}

test("a component follows bundles without a remount, and each outcome is exposed once", async () => {
  const { createClient, endpoint, publish } = await startFlags("hello");
  const client = createClient();
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
