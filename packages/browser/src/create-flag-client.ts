/** The client for pages. @module */
import type { ClientOptions, FlagClient } from "@aplomb/client";
import { assemblePageClient } from "./assemble-page-client.js";
import { browserHost } from "./browser-host.js";
import { shareWithTabs } from "./share-with-tabs.js";

/**
 * Makes a client. It restores the last known good bundle from IndexedDB, polls while the page is visible, and sends
 * what is queued when the page is hidden or left. Of several visible tabs one polls, streams and sends for all.
 *
 * @throws FlagError OPTION for an option that cannot work, ROOT or MALFORMED for a root that cannot be read.
 * @example
 * const flags = createFlagClient({ endpoint, clientKey, trust: { root, audience: "web.production" } });
 * await flags.ready();
 * if (flags.getBooleanValue("checkout.enabled", false, { targetingKey: visitorId })) showCheckout();
 */
export function createFlagClient(options: ClientOptions): FlagClient {
  return assemblePageClient(options, shareWithTabs(browserHost, options));
}
