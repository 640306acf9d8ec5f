/** The resolve endpoint: bundles, watch stream, exposures, console. @module */
export type { Clock } from "./clock.js";
export type { BrowserCredential, ClientCredential, ClientTraits, ServiceCredential } from "./credential.js";
export type {
  CheckedBatch,
  ExposureFilter,
  ExposureStore,
  ExposureTotal,
  ImplausibleExposure,
  InstanceReport,
  InstanceSummary,
  ReportedStatus,
  RuleSplit,
  SplitStart,
  StoredExposure,
  StoreOutcome,
  TrackEventFilter,
  TrackedEvent,
} from "./exposure-store.js";
export {
  openPublication,
  type PublicationDirectory,
  type PublicationProblem,
  type ReloadReport,
} from "./load/open-publication.js";
export type { MemoryLimits } from "./memory-limits.js";
export type { Publication, PublishedManifest } from "./publication.js";
export { type RefusalCode, refusalHeader } from "./receive/refusal.js";
export { createResolveServer, type ResolveServer } from "./resolve-server.js";
export type { ResolveServerOptions } from "./resolve-server-options.js";
export {
  type HealthThresholds,
  type HealthVerdict,
  judgeHealth,
  NACK_SHARE,
  type VersionHealth,
} from "./rollout/judge-health.js";
export type { RingStatus, RolloutStatus } from "./rollout/rollout-status.js";
export type { Load, LoadReader } from "./serve/load-guard.js";
export type { LogDestination, LogLevel } from "./serve/log-requests.js";
export type { RateLimits } from "./serve/rate-limits.js";
export type { StickyRecords } from "./sticky-records.js";
export { openEmbeddedStore } from "./store/open-embedded-store.js";
export { openStickyRecords } from "./store/open-sticky-records.js";
export { openPostgresStickyRecords } from "./store/postgres/open-postgres-sticky-records.js";
export { openPostgresStore } from "./store/postgres/open-postgres-store.js";
export type { Rate } from "./token-bucket.js";
export type { SpanTracer, TraceSpan } from "./tracer.js";
