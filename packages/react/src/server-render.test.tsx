/** Tests of rendering on a server and hydrating the result. @module */
import { bundleBytes, split } from "@aplomb/testkit";
import { act } from "@testing-library/react";
import { StrictMode } from "react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import { FlagProvider } from "./flag-provider.js";
import { createMemoryClient } from "./memory-client.js";
import { useFlag } from "./use-flag.js";
import { useFlagStatus } from "./use-flag-status.js";

function bundleWith(text: string): Uint8Array {
  const rules = [split("all", "everybody", { [text]: 999 }, { bucketCount: 1000 })];
  const banner = { variants: [{ name: text, value: { text } }], rules };
  return bundleBytes({ flags: { banner }, segments: { everybody: {} } });
}

function Page() {
  return [useFlag("banner.text", "default"), useFlagStatus().state].join(" ");
}

function pageWith(client: ReturnType<typeof createMemoryClient>) {
  return (
    <StrictMode>
      <FlagProvider client={client}>
        <Page />
      </FlagProvider>
    </StrictMode>
  );
}

test("a server renders flags and exposes nothing", () => {
  const client = createMemoryClient(bundleWith("Hello"));
  expect(renderToString(pageWith(client))).toBe("Hello READY");
  expect(client.counts).toMatchObject({ exposes: 0, listeners: 0 });
});

test("a page that knows the same bundle hydrates without a mismatch, exposes once and goes on live", async () => {
  const client = createMemoryClient(bundleWith("Hello"));
  const errors: unknown[] = [];
  const container = document.createElement("div");
  container.innerHTML = renderToString(pageWith(client));
  const html = container.innerHTML;
  const onRecoverableError = (error: unknown) => errors.push(error);
  const root = await act(async () => hydrateRoot(container, pageWith(client), { onRecoverableError }));
  expect(container.innerHTML).toBe(html);
  expect(errors).toEqual([]);
  expect(client.exposures).toEqual(["banner:Hello:all:ada"]);
  await act(async () => client.publish(bundleWith("Bye")));
  expect(container.textContent).toBe("Bye READY");
  await act(async () => root.unmount());
});
