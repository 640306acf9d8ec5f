/** The client for services. @module */
import type { ClientOptions, FlagClient } from "@aplomb/client";
import { createClient } from "@aplomb/client/service";
import { nodeHost } from "./node-host.js";

/**
 * Makes a client. It loads, polls and delivers in the background and never keeps the process alive by itself.
 *
 * @throws FlagError OPTION for an option that cannot work, ROOT or MALFORMED for a root that cannot be read.
 * @example
 * const flags = createFlagClient({ endpoint, clientKey, trust: { root, audience: "api.production" } });
 * await flags.ready();
 * if (flags.getBooleanValue("checkout.enabled", false, { targetingKey: user.id })) startCheckout();
 */
export function createFlagClient(options: ClientOptions): FlagClient {
  return createClient(options, nodeHost);
}
