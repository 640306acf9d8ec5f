/** Tests of rendering on a server and hydrating the result. @module */
import { act } from "@testing-library/react";
import { StrictMode } from "react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import { bundleOf } from "../test/bundle-of.js";
import { createMemoryClient } from "../test/memory-client.js";
import { FlagProvider } from "./flag-provider.js";
import { useFlag } from "./use-flag.js";
import { useFlagStatus } from "./use-flag-status.js";

const hello = bundleOf({ banner: { variant: "hello", value: { text: "Hello" } } });
const bye = bundleOf({ banner: { variant: "bye", value: { text: "Bye" } } });

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
  const client = createMemoryClient(hello);
  expect(renderToString(pageWith(client))).toBe("Hello READY");
  expect(client.counts).toMatchObject({ exposes: 0, listeners: 0 });
});

test("a page that knows the same bundle hydrates without a mismatch, exposes once and goes on live", async () => {
  const client = createMemoryClient(hello);
  const errors: unknown[] = [];
  const container = document.createElement("div");
  container.innerHTML = renderToString(pageWith(client));
  const html = container.innerHTML;
  const onRecoverableError = (error: unknown) => errors.push(error);
  const root = await act(async () => hydrateRoot(container, pageWith(client), { onRecoverableError }));
  expect(container.innerHTML).toBe(html);
  expect(errors).toEqual([]);
  expect(client.exposures).toEqual(["banner:hello:all:ada"]);
  await act(async () => client.publish(bye));
  expect(container.textContent).toBe("Bye READY");
  await act(async () => root.unmount());
});
