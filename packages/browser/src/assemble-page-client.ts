/** A client in a page: what sends its exposures is loaded once it is made. @module */
import { assembleClient, type ClientOptions, type FlagClient, type Host, lateCourier } from "@aplomb/client";

/**
 * Makes a client on a page's host.
 *
 * @throws FlagError as `assembleClient` does.
 */
export function assemblePageClient(options: ClientOptions, host: Host): FlagClient {
  return assembleClient(options, host, openLate);
}

const openLate = lateCourier(async () => (await import("./page-courier.js")).openPageCourier);
