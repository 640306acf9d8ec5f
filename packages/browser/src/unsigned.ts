/** The only way round signatures: a client that believes any manifest of its audience. For local development. @module */
import type { ClientOptions, FlagClient } from "@aplomb/client";
import { readUnverifiedManifest } from "@aplomb/core/reading";
import { assemblePageClient } from "./assemble-page-client.js";
import { browserHost } from "./browser-host.js";

/** The options of a client, with an audience in place of trust. */
export interface UnsignedClientOptions extends Omit<ClientOptions, "trust"> {
  readonly audience: string;
}

/**
 * Makes a client that does not ask who signed a manifest. Bundles are still held to the manifest's size and digest,
 * and older versions still never replace newer ones.
 *
 * @throws FlagError OPTION for an option that cannot work.
 */
export function createUnsignedFlagClient(options: UnsignedClientOptions): FlagClient {
  const { audience, ...rest } = options;
  const openManifest = async (...[envelope, floor]: Parameters<NonNullable<typeof browserHost.openManifest>>) =>
    readUnverifiedManifest(envelope, audience, floor);
  return assemblePageClient({ ...rest, trust: { audience, root: "" } }, { ...browserHost, openManifest });
}
