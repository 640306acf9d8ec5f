/** The client with all its parts at hand: for services. @module */
import { assembleClient } from "./assemble-client.js";
import type { ClientOptions } from "./client-options.js";
import type { FlagClient } from "./flag-client.js";
import type { Host } from "./host.js";
import { updating } from "./refresh/updating.js";
import { openCourier } from "./send/open-courier.js";

/**
 * Makes a client on a host. Applications call `createFlagClient` of `@aplomb/node` or `@aplomb/browser`.
 *
 * @throws FlagError as `assembleClient` does.
 */
export function createClient(options: ClientOptions, host: Host): FlagClient {
  return assembleClient(options, host, { openCourier, loadUpdating: async () => updating });
}
