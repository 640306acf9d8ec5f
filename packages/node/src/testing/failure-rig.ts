/** A client, an endpoint and a faulty network between them, for the tests of the failure table. @module */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  bundleBytes,
  createTestKey,
  createTestKeys,
  createVirtualClock,
  fullRollout,
  type ManifestInit,
  type SealedBundle,
  type TestKey,
  type TestKeys,
  until,
  type VirtualClock,
} from "@aplomb/testkit";
import { type FaultProxy, startFaultProxy } from "@aplomb/testkit/fault-proxy";
import { startTestEndpoint, type TestEndpoint } from "@aplomb/testkit/test-endpoint";
import { createFlagClient } from "../create-flag-client.js";
import type { ClientOptions, FlagClient } from "../index.js";

export const POLL_MS = 30_000;
/** The wait after a refusal; every draw is in the middle. */
export const EXTENDED_MS = 225_000;

const variants = [
  { name: "on", value: { enabled: true } },
  { name: "off", value: { enabled: false } },
];
const bundleOf = (variant: string, flags = 20) => {
  const flag = { variants, rules: [fullRollout("all", "everyone", variant)] };
  const keysOfFlags = ["checkout", ...Array.from({ length: flags - 1 }, (_, at) => `f${at}`)];
  return bundleBytes({ segments: { everyone: {} }, flags: Object.fromEntries(keysOfFlags.map((key) => [key, flag])) });
};

export const keys: TestKeys = await createTestKeys({ audience: "api.test" });
/** Has the bundle key's name, and nothing else of it. */
export const thief: TestKey = await createTestKey("bundle-1");

/** Seals a bundle whose flags give a variant to everybody. */
export function seal(variant: "on" | "off", manifest: ManifestInit, flags?: number): Promise<SealedBundle> {
  return keys.seal(bundleOf(variant, flags), manifest);
}

/** Version 5: on. */
export const good: SealedBundle = await seal("on", { version: 5n });
/** Version 6: off. */
export const next: SealedBundle = await seal("off", { version: 6n });

/** Version 6 under a manifest that says something else, or that others have signed. */
export async function underManifest(
  manifest: ManifestInit,
  signers: readonly TestKey[] = [keys.bundleKey],
): Promise<SealedBundle> {
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", next.bundle));
  const bundle = { sha256, sizeBytes: BigInt(next.bundle.length) };
  return { ...next, manifest: await keys.signManifest({ version: 6n, bundle, ...manifest }, signers) };
}

/** A client that a test watches. */
export interface Watched {
  readonly client: FlagClient;
  readonly clock: VirtualClock;
  /** Events in the order in which they came. */
  readonly heard: string[];
  /** What it logged. */
  readonly lines: string[];
  /** The variant that a read gives. */
  variant(): string | undefined;
}

/** An endpoint, a network, a directory, and clients. */
export interface FailureRig {
  readonly endpoint: TestEndpoint;
  readonly proxy: FaultProxy;
  readonly directory: string;
  /** Requests for manifests, or for bundles, so far. */
  manifests(): FaultProxy["requests"];
  bundles(): FaultProxy["requests"];
  start(options?: Partial<ClientOptions>): Watched;
  /** Starts a client, and waits until it has what is published. */
  startServing(options?: Partial<ClientOptions>): Promise<Watched>;
  close(): Promise<void>;
}

export const user = { targetingKey: "user-1" } as const;

/** Starts everything but clients. */
export async function startFailureRig(): Promise<FailureRig> {
  const endpoint = await startTestEndpoint();
  const proxy = await startFaultProxy(endpoint.url);
  const directory = await mkdtemp(join(tmpdir(), "aplomb-"));
  const clients: FlagClient[] = [];
  const start = (options: Partial<ClientOptions> = {}): Watched => {
    const watched = watch({ endpoint: proxy.url, ...options });
    clients.push(watched.client);
    return watched;
  };
  return {
    endpoint,
    proxy,
    directory,
    manifests: () => proxy.requests.filter(({ path }) => path.endsWith("/manifest")),
    bundles: () => proxy.requests.filter(({ path }) => path.includes("/b/")),
    start,
    async startServing(options) {
      const watched = start(options);
      await until(() => watched.client.status.confirmedAtMs > 0);
      watched.heard.length = 0;
      return watched;
    },
    async close() {
      await Promise.all(clients.map((client) => client.close({ timeoutMs: 0 })));
      await proxy.close();
      await endpoint.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function watch(options: Partial<ClientOptions> & { readonly endpoint: string }): Watched {
  const clock = createVirtualClock(Date.now());
  const [heard, lines]: [string[], string[]] = [[], []];
  const client = createFlagClient({
    ...{ clientKey: "secret", trust: { root: keys.rootEnvelope, audience: "api.test" } },
    ...{ clock, random: () => 0.5, logger: { warn: (line) => lines.push(line) } },
    hooks: { onSecurityEvent: ({ code }) => heard.push(`security ${code}`) },
    ...options,
  });
  for (const event of ["ready", "stale"] as const) client.on(event, () => heard.push(event));
  client.on("error", ({ error }) => heard.push(`error ${error?.code}`));
  client.on("configurationChanged", ({ bundleVersion }) => heard.push(`changed ${bundleVersion}`));
  const variant = (): string | undefined => client.peekDetails("checkout", {}, user).variant;
  return { client, clock, heard, lines, variant };
}

/** Moves virtual time in small steps, letting real answers come in between, until something holds. */
export async function liveUntil(clock: VirtualClock, holds: () => boolean, stepMs = 500): Promise<void> {
  for (let step = 0; !holds(); step++) {
    if (step > 2_000) throw new Error(`never: ${holds}`);
    await clock.advance(stepMs);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}
