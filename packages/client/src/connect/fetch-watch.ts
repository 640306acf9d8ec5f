/** The stream of announcements on fetch: for pages, and wherever else fetch streams. @module */
import { createConnectTransport } from "@connectrpc/connect-web";
import type { EndpointAccess, Fetch } from "../host.js";
import type { WatchBundle } from "../refresh-source.js";
import { watchBundle } from "./watch-bundle.js";

/** Listens for announcements with fetch. Sends no cookies, follows no redirect. */
export function fetchWatch(access: EndpointAccess, fetch: Fetch): WatchBundle {
  const transport = createConnectTransport({
    baseUrl: access.endpoint,
    useBinaryFormat: true,
    fetch: (url, init) => fetch(url, { ...init, credentials: "omit", redirect: "error" }),
  });
  return watchBundle(transport, access);
}
