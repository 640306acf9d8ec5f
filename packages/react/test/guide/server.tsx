/** What docs/react.md shows of a server, and of the page that it renders. @module */
import type { FlagClient } from "@aplomb/client";
import { type FlagSnapshot, HydratedFlagProvider } from "@aplomb/react/hydration";
import { createSnapshot, getFlag, snapshotJson } from "@aplomb/react/server";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { Checkout } from "./shop.js";

export async function renderPage(flags: FlagClient, accountId: string): Promise<string> {
  const snapshot = await createSnapshot(flags, { targetingKey: accountId }, { flags: ["checkout"] });
  const html = renderToString(
    <HydratedFlagProvider snapshot={snapshot}>
      <Checkout />
    </HydratedFlagProvider>,
  );
  return `<div id="root">${html}</div>
    <script type="application/json" id="flags">${snapshotJson(snapshot)}</script>`;
}

export function hydratePage(flags: FlagClient, accountId: string) {
  const json = document.getElementById("flags")?.textContent ?? "";
  const snapshot: FlagSnapshot = JSON.parse(json);
  return hydrateRoot(
    document.getElementById("root") as HTMLElement,
    <HydratedFlagProvider snapshot={snapshot} client={flags} context={{ targetingKey: accountId }}>
      <Checkout />
    </HydratedFlagProvider>,
  );
}

export async function Title({ flags, accountId }: { flags: FlagClient; accountId: string }) {
  return <h1>{await getFlag(flags, "checkout.title", "Your order", { targetingKey: accountId })}</h1>;
}
