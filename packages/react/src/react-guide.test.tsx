/** docs/react.md: every snippet is in a file that runs here, and does what the page says. @module */
import { readdir, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { createTestFlags, exposureMatchers, FlagTestProvider } from "@aplomb/react/testing";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { Suspense } from "react";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { bundleOf } from "../test/bundle-of.js";
import { hydratePage, renderPage, Title } from "../test/guide/server.js";
import { App, Buy, Checkout, Newsletter, Price } from "../test/guide/shop.js";
import { createMemoryClient } from "../test/memory-client.js";

expect.extend({ ...exposureMatchers });

afterEach(cleanup);

const here = import.meta.dirname;
const bundle = bundleOf({ checkout: { variant: "short", value: { layout: "one-page", title: "Order" } } });

test("every snippet of code is in a file that runs", async () => {
  const guide = await readFile(resolve(here, "../../../docs/react.md"), "utf8");
  const folder = resolve(here, "../test/guide");
  const files = [
    ...(await readdir(folder)).map((name) => resolve(folder, name)),
    resolve(here, "react-guide.test.tsx"),
  ];
  const sources = await Promise.all(files.map((file) => readFile(file, "utf8")));
  const snippets = [...guide.matchAll(/```tsx\n([^`]*?)```/g)].map(([, code = ""]) => code.trim());
  const pieces = snippets.flatMap((code) => code.split("\n\n").filter((piece) => !piece.startsWith("import ")));
  expect(snippets.length).toBeGreaterThan(5);
  expect(pieces.filter((piece) => !sources.some((source) => source.includes(piece)))).toEqual([]);
});

test("a component can be tested with forced flags", () => {
  const flags = createTestFlags({ "checkout.layout": "one-page" });
  render(<Checkout />, { wrapper: ({ children }) => <FlagTestProvider flags={flags}>{children}</FlagTestProvider> });
  expect(screen.getByText("All on one page")).toBeTruthy();
  expect(flags).toHaveExposed("checkout");
});

test("the page: provider, exposure by hand, Flag, track, suspense", () => {
  const client = createMemoryClient(bundle);
  const { container } = render(<App flags={client} account={{ id: "ada", plan: "pro" }} />);
  expect(container.textContent).toBe("All on one page");
  const flags = createTestFlags({ "newsletter.text": "Join", "checkout.button": "Pay", "price.discount": 10 });
  render(
    <FlagTestProvider flags={flags}>
      <Newsletter />
      <Buy />
      <Suspense>
        <Price />
      </Suspense>
    </FlagTestProvider>,
  );
  expect(screen.getByText("90")).toBeTruthy();
  expect(flags).not.toHaveExposed("newsletter");
  fireEvent(screen.getByText("Join"), new Event("toggle"));
  expect(flags).toHaveExposed("newsletter");
  fireEvent.click(screen.getByText("Pay"));
  expect(flags.getEvents()).toEqual([{ event: "checkout.paid", details: { value: 12.5 } }]);
});

test("the server and the page it renders: same HTML, one exposure", async () => {
  const [server, page] = [createMemoryClient(bundle), createMemoryClient(bundle)];
  document.body.innerHTML = await renderPage(server, "ada");
  const html = document.getElementById("root")?.innerHTML;
  expect(html).toBe("<main>All on one page</main>");
  const root = await act(async () => hydratePage(page, "ada"));
  onTestFinished(() => act(async () => root.unmount()));
  expect(document.getElementById("root")?.innerHTML).toBe(html);
  expect([server.exposures, page.exposures]).toEqual([[], ["checkout:short:all:ada"]]);
});

test("a server component", async () => {
  const server = createMemoryClient(bundle);
  const title = await Title({ flags: server, accountId: "ada" });
  expect(render(title).container.innerHTML).toBe("<h1>Order</h1>");
  expect(server.exposures).toEqual(["checkout:short:all:ada"]);
});
