/** Feature flags and experiments for pages, evaluated in the page. @module */
export type {
  BootstrapBundle,
  BundleCounters,
  BundleStore,
  ClientCounters,
  ClientDetails,
  ClientEvents,
  ClientHooks,
  ClientOptions,
  ClientState,
  ClientStatus,
  Clock,
  ConsentState,
  DeliveryCounters,
  DeliveryCounts,
  FlagClient,
  FlagReader,
  Logger,
  PrepareOptions,
  StickyStore,
  TrackDetails,
  TrustOptions,
} from "@aplomb/client";
export { memoryStickyStore } from "@aplomb/client";
export type { EvaluationContext, FlagErrorCode, JsonValue } from "@aplomb/core";
export { FlagError, isFlagError } from "@aplomb/core/reading";
export { createFlagClient } from "./create-flag-client.js";
export { localStickyStore, type StickyStorage } from "./local-sticky-store.js";
