/** A real endpoint that publishes banners, and real clients of it, for tests in a browser. @module */
import { createFlagClient } from "@aplomb/browser";
import type { FlagClient } from "@aplomb/client";
import { createTestKeys, type RemoteEndpoint, startRemoteEndpoint } from "@aplomb/testkit";
import { inject, onTestFinished } from "vitest";
import { bundleOf } from "./bundle-of.js";

/** An endpoint with banners, and its clients. */
export interface StartedFlags {
  readonly endpoint: RemoteEndpoint;
  /** A client that polls every second; closed after the test. */
  createClient(): FlagClient;
  /** Publishes a banner whose text is also its variant's name. */
  publish(version: bigint, text: string): Promise<void>;
}

/** Starts an endpoint and publishes `first` as version 1. */
export async function startFlags(first: string): Promise<StartedFlags> {
  const keys = await createTestKeys({ audience: `web.${crypto.randomUUID()}` });
  const endpoint = await startRemoteEndpoint(inject("endpoint").url);
  onTestFinished(async () => void (await endpoint.close()));
  const publish = async (version: bigint, text: string): Promise<void> => {
    await endpoint.publish(await keys.seal(bundleOf({ banner: { variant: text, value: { text } } }), { version }));
  };
  await publish(1n, first);
  const createClient = () => {
    const client = createFlagClient({
      ...{ endpoint: endpoint.url, clientKey: "page", context: { targetingKey: "ada" } },
      trust: { root: keys.rootEnvelope, audience: keys.trust.audience },
      refresh: { pollIntervalMs: 1_000 },
    });
    onTestFinished(async () => void (await client.close()));
    return client;
  };
  return { endpoint, createClient, publish };
}
