/** Feature flags and experiments for Node services, evaluated in process. @module */
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
  OpenOutbox,
  PrepareOptions,
  StickyStore,
  TrackDetails,
  TrustOptions,
} from "@aplomb/client";
export { memoryStickyStore } from "@aplomb/client";
export { type EvaluationContext, FlagError, type FlagErrorCode, isFlagError, type JsonValue } from "@aplomb/core";
export { createFlagClient } from "./create-flag-client.js";
export { type FileJournalOptions, fileJournal } from "./file-journal.js";
export { fileStore } from "./file-store.js";
export { type Closable, installShutdownHooks, type ShutdownOptions } from "./shutdown-hooks.js";
