/** What a client finds in a page. @module */
import type { Host } from "@aplomb/client";
import { PAGE_LIMITS } from "@aplomb/core/reading";
import { pageClock } from "./page-clock.js";
import { attachToPage } from "./page-lifecycle.js";
import { pageStore } from "./page-store.js";
import { digest, verifySignature } from "./web-crypto.js";

/** The version of this package. */
export const VERSION = "0.1.0";

/** A page as a host: everything a page's client can reach, but for what sends exposures. */
export const browserHost: Host = {
  sdk: `aplomb-browser/${VERSION}`,
  // Looked up at each call, so that what instruments fetch later is seen.
  fetch: (url, init) => fetch(url, init),
  clock: pageClock,
  random: Math.random,
  randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  digest,
  verifySignature,
  store: pageStore(async () => (await import("./local-bundle-store.js")).localBundleStore()),
  logger: console,
  limits: PAGE_LIMITS,
  delivery: {
    flushIntervalMs: 5_000,
    batchRecords: 100,
    batchBytes: 32_768,
    queueRecords: 1_000,
    queueBytes: 524_288,
    dedupRecords: 2_000,
  },
  pollIntervalMs: 60_000,
  authorizeReads: false,
  preparesItself: true,
  async openWatch(access, fetch) {
    const { fetchWatch } = await import("@aplomb/client/connect");
    return fetchWatch(access, fetch);
  },
  attach: attachToPage,
};
