/** Tests of useSuspenseFlag: it waits, once, and exposes what it shows. @module */
import type { ClientStatus, FlagClient } from "@aplomb/client";
import { act, cleanup, render } from "@testing-library/react";
import { StrictMode, Suspense } from "react";
import { afterEach, expect, test } from "vitest";
import { bundleOf } from "../test/bundle-of.js";
import { createMemoryClient } from "../test/memory-client.js";
import { FlagProvider } from "./flag-provider.js";
import { useSuspenseFlag } from "./use-suspense-flag.js";

afterEach(cleanup);

const hello = bundleOf({ banner: { variant: "hello", value: { text: "Hello" } } });

function Banner() {
  return <output>{useSuspenseFlag("banner.text", "default")}</output>;
}

function pageWith(client: FlagClient) {
  return (
    <StrictMode>
      <FlagProvider client={client}>
        <Suspense fallback="waiting">
          <Banner />
          <Banner />
        </Suspense>
      </FlagProvider>
    </StrictMode>
  );
}

/** A client that is ready when it is told to be. */
function createLateClient() {
  const client = createMemoryClient();
  let settle = (_status: ClientStatus) => {};
  let asked = 0;
  const isReady = new Promise<ClientStatus>((resolve) => {
    settle = resolve;
  });
  client.ready = () => {
    asked += 1;
    return isReady;
  };
  return { client, settle: () => settle(client.status), timesAsked: () => asked };
}

test("suspends until the client has flags, asks it once, exposes once", async () => {
  const { client, settle, timesAsked } = createLateClient();
  const { container } = render(pageWith(client));
  expect(container.textContent).toBe("waiting");
  expect(client.counts.exposes).toBe(0);
  await act(async () => {
    client.publish(hello);
    settle();
  });
  expect(container.textContent).toBe("HelloHello");
  expect(timesAsked()).toBe(1);
  expect(client.exposures).toEqual(["banner:hello:all:ada"]);
});

test("shows the default when the time is up, and what comes later when it comes", async () => {
  const { client, settle, timesAsked } = createLateClient();
  const { container } = render(pageWith(client));
  await act(async () => settle());
  expect(container.textContent).toBe("defaultdefault");
  await act(async () => client.publish(hello));
  expect(container.textContent).toBe("HelloHello");
  expect(timesAsked()).toBe(1);
});

test("does not suspend when there are flags", () => {
  const { container } = render(pageWith(createMemoryClient(hello)));
  expect(container.textContent).toBe("HelloHello");
});

test("outside a provider: the default", async () => {
  const { container } = await act(async () =>
    render(
      <Suspense fallback="waiting">
        <Banner />
      </Suspense>,
    ),
  );
  expect(container.textContent).toBe("default");
});
