/** The resolve endpoint: bundles, watch stream, exposures, console. @module */
export type { Clock } from "./clock.js";
export type { BrowserCredential, ClientCredential, ServiceCredential } from "./credential.js";
export type {
  CheckedBatch,
  ExposureFilter,
  ExposureStore,
  ExposureTotal,
  InstanceSummary,
  ReportedStatus,
  RuleSplit,
  SplitStart,
  StoredExposure,
  StoreOutcome,
  TrackedEvent,
} from "./exposure-store.js";
export {
  openPublication,
  type PublicationDirectory,
  type PublicationProblem,
  type ReloadReport,
} from "./load/open-publication.js";
export type { Publication, PublishedManifest } from "./publication.js";
export { type RefusalCode, refusalHeader } from "./receive/refusal.js";
export { createResolveServer, type ResolveServer, type ResolveServerOptions } from "./resolve-server.js";
export {
  type HealthThresholds,
  type HealthVerdict,
  judgeHealth,
  NACK_SHARE,
  type VersionHealth,
} from "./rollout/judge-health.js";
export type { RingStatus, RolloutStatus } from "./rollout/rollout-status.js";
export type { LogDestination, LogLevel } from "./serve/log-requests.js";
export { openEmbeddedStore } from "./store/open-embedded-store.js";
