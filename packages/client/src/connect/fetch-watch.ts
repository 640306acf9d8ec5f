/** The stream of announcements on fetch: for pages, and wherever else fetch streams. @module */
import { createConnectTransport } from "@connectrpc/connect-web";
import type { EndpointAccess, Fetch } from "../host.js";
import type { WatchBundle } from "../refresh-source.js";
import { boundedEnvelopes } from "./bounded-envelopes.js";
import { watchBundle } from "./watch-bundle.js";

/** An announcement is a few bytes; nobody needs to send more. */
const MESSAGE_BYTES = 4_096;

/** Listens for announcements with fetch. Sends no cookies, follows no redirect. */
export function fetchWatch(access: EndpointAccess, fetch: Fetch): WatchBundle {
  const transport = createConnectTransport({
    baseUrl: access.endpoint,
    useBinaryFormat: true,
    async fetch(url, init) {
      const response = await fetch(url, { ...init, credentials: "omit", redirect: "error" });
      return response.body
        ? new Response(boundedEnvelopes(response.body, MESSAGE_BYTES) as BodyInit, response)
        : response;
    },
  });
  return watchBundle(transport, access);
}
