/** Opens the flag client, and draws the page as soon as there are flags. @module */
import { createFlagClient } from "@aplomb/browser";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { type Outcome, outcomeOf } from "../src/outcome.js";
import { EXPOSE_EVERYBODY } from "../src/page-handle.js";
import type { PageSettings } from "../src/page-server.js";
import { App } from "./app.js";
import { buttonChanged } from "./button-changed.js";
import type { OnShown } from "./crowd/exposed-crowd.js";

const settings: PageSettings = JSON.parse(document.getElementById("settings")?.textContent ?? "");
const { endpoint, clientKey, audience, rootEnvelope } = settings.connection;

const flags = createFlagClient({
  endpoint,
  clientKey,
  trust: { root: rootEnvelope, audience },
  refresh: { stream: true },
});
// A page that has been here before has its bundle in IndexedDB; a first visit waits for the network, but not for long.
await flags.ready({ timeoutMs: 1_500 });

const root = document.getElementById("app");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App client={flags} consoleUrl={settings.consoleUrl} onShown={exposeEverybody()} />
    </StrictMode>,
  );
}

/** For the check: what is noted of every flag that is shown. */
function exposeEverybody(): OnShown | undefined {
  if (location.search !== EXPOSE_EVERYBODY) return undefined;
  const shown = new Map<string, Outcome>();
  window.aplombDemo = { outcomes: () => [...shown.values()], buttonChanged, flush: () => flags.flush() };
  return ({ id }, details) => {
    shown.set(`${id} ${details.flagKey}`, outcomeOf(details, { shopper: id, audience, atMs: Date.now() }));
  };
}
