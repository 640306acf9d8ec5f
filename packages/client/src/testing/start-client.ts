/** A client for tests: virtual time, a source and a sink in memory, real signatures. @module */
import type { SealedBundle, VirtualClock } from "@aplomb/testkit";
import { assembleClient } from "../assemble-client.js";
import type { ClientOptions } from "../client-options.js";
import { createClient } from "../create-client.js";
import type { FlagClient } from "../flag-client.js";
import type { Host } from "../host.js";
import type { LateParts } from "../late-parts.js";
import { createMemorySink, type MemorySink } from "./memory-sink.js";
import { createMemorySource, type MemorySource } from "./memory-source.js";
import { AUDIENCE, halved, keys, rolledOut, seal } from "./sealed-bundles.js";
import { createTestHost } from "./test-host.js";

/** Version 1: two flags, both on. */
export const on: SealedBundle = await seal({ checkout: rolledOut("on"), steady: rolledOut("on") }, { version: 1n });
/** Version 2: checkout is off. */
export const off: SealedBundle = await seal({ checkout: rolledOut("off"), steady: rolledOut("on") }, { version: 2n });
/** Version 1: checkout is on for half of the units. */
export const half: SealedBundle = await seal({ checkout: halved }, { version: 1n });

/** Who the tests read flags for. */
export const user = { targetingKey: "user-1" } as const;

/** A client and what a test needs around it. */
export interface StartedClient {
  readonly client: FlagClient;
  readonly clock: VirtualClock;
  readonly source: MemorySource;
  readonly sink: MemorySink;
}

/**
 * Starts a client; without a bundle its source has nothing to give.
 *
 * @param late - What comes later than the client. Default: all of it is there.
 */
export function startClient(
  options: Partial<ClientOptions> = {},
  hostChanges: Partial<Omit<Host, "clock">> = {},
  sealed?: SealedBundle,
  late?: LateParts,
): StartedClient {
  const host = createTestHost(hostChanges);
  const source = createMemorySource();
  const sink = createMemorySink();
  if (sealed) source.publish(sealed);
  const trust = { root: keys.rootEnvelope, audience: AUDIENCE };
  const endpoint = "https://flags.example.com";
  const whole = { endpoint, clientKey: "key", trust, source, sink, ...options };
  const client = late ? assembleClient(whole, host, late) : createClient(whole, host);
  return { client, clock: host.clock, source, sink };
}
