/** The shared client: what hosts build on. Applications use `@aplomb/node` or `@aplomb/browser`. @module */
export type { ActiveBundle, BundleCell } from "./active-bundle.js";
export { assembleClient } from "./assemble-client.js";
export type { ReportedBundle } from "./bundle-report.js";
export { type BundleStore, isAbove, type StoreContents, type StoredBundle, type StoredRoot } from "./bundle-store.js";
export type { BundleCounters, ClientCounters } from "./client-counters.js";
export type { BootstrapBundle, ClientHooks, ClientOptions, TrustOptions } from "./client-options.js";
export type { Clock } from "./clock.js";
export type { Consent, ConsentState } from "./consent.js";
export type { Courier, CourierCounters, CourierParts, Intake, OpenCourier } from "./courier.js";
export type { DeliveryCounters, DeliveryLedger } from "./delivery-counters.js";
export type { DeliveryLimits } from "./delivery-limits.js";
export type { DeliveryRecord, TrackedEvent } from "./delivery-record.js";
export type { ExposureQueue } from "./expose/exposure-queue.js";
export { lateCourier } from "./expose/late-courier.js";
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
export type { ClientControls, EndpointAccess, Fetch, Host, RemoteIo, RingCell } from "./host.js";
export type { LateParts } from "./late-parts.js";
export type { FindRingParts } from "./load/find-ring.js";
export type { FollowParts } from "./load/follow-roots.js";
export type { RootChain } from "./load/root-chain.js";
export type { Logger, Warn } from "./log.js";
export type { OpenOutbox, Outbox, OutboxParts } from "./outbox.js";
export type { Upkeep, UpkeepParts } from "./refresh/start-upkeep.js";
export type { Announcement, ManifestAnswer, RefreshSource, WatchBundle } from "./refresh-source.js";
export type { RemoteAnswers, RemoteFlags, RemoteQuestion } from "./remote-flags.js";
export { RequestError, type RequestFailure } from "./retry/request-error.js";
export type { SealParts } from "./send/seal-batch.js";
export type { SealedBatch } from "./send/sealed-batch.js";
export { isAsked, memoryStickyStore, type StickyStore } from "./sticky-store.js";
export { createStoreRanks, type Rank, rankOfRoots, type StoreRanks } from "./store-ranks.js";
export type { LoadUpdating, Updating } from "./updating.js";
