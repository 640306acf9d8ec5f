/** What a client finds in Node. @module */
import { createHash, randomBytes } from "node:crypto";
import type { Fetch, Host } from "@aplomb/client";
import { SERVICE_LIMITS } from "@aplomb/core";
import { nodeClock } from "./node-clock.js";
import { unrefWatch } from "./unref-watch.js";
import { verifySignature } from "./verify-signature.js";

/** The version of this package. */
export const VERSION = "0.1.0";

/** The longest delay that a timer takes. */
const LONGEST_MS = 2 ** 31 - 1;

/** Looked up at each call, so that what instruments fetch later is seen. */
const nodeFetch: Fetch = (url, init) => globalThis.fetch(url, init);

/** Node as a host: everything a service's client can reach. */
export const nodeHost: Host = {
  sdk: `aplomb-node/${VERSION}`,
  fetch: nodeFetch,
  clock: nodeClock,
  random: Math.random,
  randomBytes: (count) => new Uint8Array(randomBytes(count)),
  digest: async (bytes) => createHash("sha256").update(bytes).digest(),
  verifySignature,
  logger: console,
  limits: SERVICE_LIMITS,
  delivery: {
    flushIntervalMs: 10_000,
    batchRecords: 500,
    batchBytes: 131_072,
    queueRecords: 10_000,
    queueBytes: 8_388_608,
    dedupRecords: 50_000,
  },
  pollIntervalMs: 30_000,
  authorizeReads: true,
  async openRemote(io, access, sendAttributes) {
    const { remoteFlags } = await import("@aplomb/client/remote");
    return remoteFlags(io, access, sendAttributes);
  },
  async openWatch(access, fetch) {
    if (fetch === nodeFetch) return unrefWatch(access);
    const { fetchWatch } = await import("@aplomb/client/connect");
    return fetchWatch(access, fetch);
  },
  hold() {
    const timer = setInterval(() => {}, LONGEST_MS);
    return () => clearInterval(timer);
  },
};
