/** The shared client: what hosts build on. Applications use `@aplomb/node` or `@aplomb/browser`. @module */
export { type BundleStore, isAbove, type StoreContents, type StoredBundle, type StoredRoot } from "./bundle-store.js";
export type { BundleCounters, ClientCounters } from "./client-counters.js";
export type { BootstrapBundle, ClientHooks, ClientOptions, TrustOptions } from "./client-options.js";
export type { Clock } from "./clock.js";
export type { ConsentState } from "./consent.js";
export { createClient } from "./create-client.js";
export type { DeliveryCounters, DeliveryLedger } from "./delivery-counters.js";
export type { DeliveryLimits } from "./delivery-limits.js";
export type { DeliveryRecord, TrackedEvent } from "./delivery-record.js";
export type { SealParts } from "./expose/seal-batch.js";
export type { SealedBatch } from "./expose/sealed-batch.js";
export type { ExposureSink } from "./exposure-sink.js";
export type {
  BundleSource,
  ClientDetails,
  ClientEvents,
  ClientState,
  ClientStatus,
  DeliveryCounts,
  FlagClient,
  FlagReader,
  PrepareOptions,
  TrackDetails,
} from "./flag-client.js";
export type { ClientControls, EndpointAccess, Fetch, Host, RingCell } from "./host.js";
export type { Logger } from "./log.js";
export type { OpenOutbox, Outbox, OutboxParts } from "./outbox.js";
export type { Announcement, ManifestAnswer, RefreshSource, WatchBundle } from "./refresh-source.js";
export { RequestError, type RequestFailure } from "./retry/request-error.js";
export { isAsked, memoryStickyStore, type StickyStore } from "./sticky-store.js";
export { createStoreRanks, type Rank, rankOfRoots, type StoreRanks } from "./store-ranks.js";
