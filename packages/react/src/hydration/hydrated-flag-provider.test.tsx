/** Tests of the hand-off from a server's snapshot to a live client. @module */
import { PassThrough } from "node:stream";
import { act, cleanup } from "@testing-library/react";
import { StrictMode, useEffect, useState } from "react";
import { hydrateRoot } from "react-dom/client";
import { renderToPipeableStream, renderToString } from "react-dom/server";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { bundleOf } from "../../test/bundle-of.js";
import { createMemoryClient, type MemoryClient } from "../../test/memory-client.js";
import type { FlagSnapshot } from "../flag-snapshot.js";
import { createSnapshot } from "../server/create-snapshot.js";
import { useFlag } from "../use-flag.js";
import { useFlagClient } from "../use-flag-client.js";
import { useFlagDetails } from "../use-flag-details.js";
import { HydratedFlagProvider } from "./hydrated-flag-provider.js";

afterEach(cleanup);

const hello = bundleOf({ banner: { variant: "hello", value: { text: "Hello" } } });
const bye = bundleOf({ banner: { variant: "bye", value: { text: "Bye" } } });
const context = { targetingKey: "ada" };

function Banner() {
  return <p>{useFlag("banner.text", "default")}</p>;
}

function Manual() {
  const { value, expose } = useFlagDetails("banner.text", "default", { expose: "manual" });
  return (
    <button type="button" onClick={expose}>
      {value}
    </button>
  );
}

/** Ends its banner as soon as it is there. */
function Brief() {
  const [isOpen, setOpen] = useState(true);
  useEffect(() => setOpen(false), []);
  return isOpen && <Banner />;
}

function pageOf(snapshot: FlagSnapshot, Content: () => React.ReactNode, client?: MemoryClient) {
  return (
    <StrictMode>
      <HydratedFlagProvider snapshot={snapshot} client={client} context={context}>
        <Content />
      </HydratedFlagProvider>
    </StrictMode>
  );
}

/** Renders on a server, then hydrates with a client that has a bundle or not. */
async function hydrate(client: MemoryClient, Content: () => React.ReactNode = Banner) {
  const server = createMemoryClient(hello);
  const snapshot: FlagSnapshot = JSON.parse(JSON.stringify(await createSnapshot(server, context)));
  const container = document.createElement("div");
  container.innerHTML = renderToString(pageOf(snapshot, Content));
  const html = container.innerHTML;
  const errors: unknown[] = [];
  const onRecoverableError = (error: unknown) => errors.push(error);
  const root = await act(async () => hydrateRoot(container, pageOf(snapshot, Content, client), { onRecoverableError }));
  onTestFinished(() => act(async () => root.unmount()));
  expect(server.counts.exposes).toBe(0);
  return { container, html, errors };
}

test("the first render is what the server rendered, and stays until the client has flags", async () => {
  const client = createMemoryClient();
  const { container, html, errors } = await hydrate(client);
  expect(html).toBe("<p>Hello</p>");
  expect(container.innerHTML).toBe(html);
  expect(errors).toEqual([]);
  expect(client.exposures).toEqual([]);
  const paragraph = container.firstChild;
  await act(async () => client.publish(hello));
  expect(container.innerHTML).toBe(html);
  await act(async () => client.publish(bye));
  expect(container.innerHTML).toBe("<p>Bye</p>");
  expect(container.firstChild).toBe(paragraph);
  expect(client.exposures).toEqual(["banner:hello:all:ada", "banner:bye:all:ada"]);
});

test("a client that is ready already takes over without a mismatch, and a page gives one exposure", async () => {
  const client = createMemoryClient(hello);
  const { container, html, errors } = await hydrate(client);
  expect(container.innerHTML).toBe(html);
  expect(errors).toEqual([]);
  expect(client.exposures).toEqual(["banner:hello:all:ada"]);
});

test("a client with a newer bundle shows it after hydration, not in it", async () => {
  const client = createMemoryClient(bye);
  const { container, errors } = await hydrate(client);
  expect(errors).toEqual([]);
  expect(container.innerHTML).toBe("<p>Bye</p>");
  expect(client.exposures).toEqual(["banner:bye:all:ada"]);
});

test.each([
  { what: "that is gone", later: hello, exposures: ["banner:hello:all:ada"] },
  { what: "that is gone and answers otherwise now", later: bye, exposures: [] },
])("what was met before the client came: a component $what exposes $exposures", async ({ later, exposures }) => {
  const client = createMemoryClient();
  await hydrate(client, Brief);
  await act(async () => client.publish(later));
  expect(client.exposures).toEqual(exposures);
});

test("expose() by hand is kept until the client comes", async () => {
  const client = createMemoryClient();
  const { container } = await hydrate(client, Manual);
  await act(async () => container.querySelector("button")?.click());
  expect(client.exposures).toEqual([]);
  await act(async () => client.publish(hello));
  expect(client.exposures).toEqual(["banner:hello:all:ada"]);
});

test("nothing listens once the client has taken over, but the component itself", async () => {
  const client = createMemoryClient();
  await hydrate(client);
  const waiting = client.counts.listeners;
  await act(async () => client.publish(hello));
  expect({ waiting, live: client.counts.listeners }).toEqual({ waiting: 3, live: 2 });
});

test("until then, what is no read goes to the client", async () => {
  const client = createMemoryClient();
  const tracked: string[] = [];
  client.track = (event) => void tracked.push(event);
  const Track = () => {
    const live = useFlagClient();
    useEffect(() => live.track("seen"), [live]);
    return <p>{live.status.state}</p>;
  };
  const { container } = await hydrate(client, Track);
  expect([container.textContent, new Set(tracked)]).toEqual(["READY", new Set(["seen"])]);
});

test("a streamed page has the snapshot's values in its first bytes", async () => {
  const snapshot = await createSnapshot(createMemoryClient(hello), context);
  const html = await new Promise<string>((resolve, reject) => {
    const text = new PassThrough();
    const stream = renderToPipeableStream(pageOf(snapshot, Banner), {
      onError: reject,
      onShellReady: () => stream.pipe(text),
    });
    let all = "";
    text.setEncoding("utf8").on("data", (part: string) => {
      all += part;
    });
    text.on("end", () => resolve(all));
  });
  expect(html).toBe("<p>Hello</p>");
});
