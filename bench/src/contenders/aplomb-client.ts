/** Aplomb's client for services, with exposures made by hand or by every read. @module */
import { type ClientOptions, createFlagClient, type FlagClient } from "@aplomb/node";
import { AUDIENCE, aplombFiles } from "../aplomb-bundle.js";
import type { Contender, Delivery, Session } from "../contender.js";
import type { BenchContext } from "../contexts.js";
import { NO_TEXT } from "../logical-flag.js";

/** The client's getters, exposing nothing. */
export const aplombClient: Contender = {
  deliver: aplombFiles,
  open: async (delivery) => sessionOf(await openClient(delivery, { mode: "manual" })),
};

/** The client's getters, each exposing what it gives; repeats are told apart and not sent again. */
export const aplombExposing: Contender = {
  deliver: aplombFiles,
  open: async (delivery) => sessionOf(await openClient(delivery, { mode: "auto" })),
};

/** A client that has verified and opened a delivery. It asks no endpoint; whatever is exposed is acknowledged at once. */
export async function openClient(
  delivery: Delivery,
  exposures: NonNullable<ClientOptions["exposures"]>,
  hooks: NonNullable<ClientOptions["hooks"]> = {},
): Promise<FlagClient> {
  const bootstrap = { manifest: delivery.read("manifest"), bundle: delivery.read("bundle") };
  const flags = createFlagClient({
    endpoint: "https://flags.invalid",
    clientKey: "bench",
    trust: { root: delivery.read("root"), audience: AUDIENCE },
    bootstrap,
    source: { fetchManifest: async () => undefined, fetchBundle: async () => bootstrap.bundle },
    sink: { publish: async () => ({ duplicate: false, rejected: [] }) },
    exposures,
    hooks,
  });
  await flags.ready();
  return flags;
}

function sessionOf(flags: FlagClient): Session<BenchContext> {
  return {
    contextOf: (context) => ({ ...context }),
    isOn: (key, context) => flags.getBooleanValue(key, false, context),
    textOf: (key, context) => flags.getStringValue(key, NO_TEXT, context),
  };
}
