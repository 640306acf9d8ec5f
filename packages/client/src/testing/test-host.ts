/** A host for client tests: a virtual clock, seeded randomness, real signatures. @module */
import { SERVICE_LIMITS } from "@aplomb/core";
import { createSeededRandom, createVirtualClock, type VirtualClock, verifyWithWebCrypto } from "@aplomb/testkit";
import type { Host } from "../host.js";

/** A host whose time a test moves. */
export interface TestHost extends Host {
  readonly clock: VirtualClock;
}

/** Makes a host with small batches and queues. */
export function createTestHost(changes: Partial<Omit<Host, "clock">> = {}): TestHost {
  const random = createSeededRandom(1);
  return {
    sdk: "aplomb-test/0.0.0",
    fetch: (url, init) => fetch(url, init),
    random: random.next,
    randomBytes: random.bytes,
    digest: async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource)),
    verifySignature: verifyWithWebCrypto,
    limits: SERVICE_LIMITS,
    delivery: {
      flushIntervalMs: 1_000,
      batchRecords: 10,
      batchBytes: 100_000,
      queueRecords: 100,
      queueBytes: 100_000,
      dedupRecords: 50,
    },
    pollIntervalMs: 30_000,
    authorizeReads: true,
    openWatch: async () => () => new Promise(() => {}),
    ...changes,
    clock: createVirtualClock(Date.now()),
  };
}
