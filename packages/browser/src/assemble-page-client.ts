/** A client in a page: what its first reads do not need is loaded once it is made. @module */
import {
  assembleClient,
  type ClientOptions,
  type FlagClient,
  type Host,
  type LateParts,
  lateCourier,
} from "@aplomb/client";

/**
 * Makes a client on a page's host.
 *
 * @throws FlagError as `assembleClient` does.
 */
export function assemblePageClient(options: ClientOptions, host: Host): FlagClient {
  return assembleClient(options, host, late);
}

const late: LateParts = {
  openCourier: lateCourier(async () => (await import("./page-courier.js")).openPageCourier),
  loadUpdating: async () => (await import("@aplomb/client/updating")).updating,
};
