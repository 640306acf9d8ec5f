/** The public face of the pure core: verify, open, evaluate, expose. @module */

export { bucketOf } from "./bucket.js";
export { preAuthEncoding } from "./bundle/pre-auth-encoding.js";
export { type PublishResponse, type RejectedRow, readPublishResponse } from "./bundle/read-publish-response.js";
export {
  checkBundle,
  claimedRootVersion,
  READER,
  readUnverifiedManifest,
  type VerifyOptions,
  verifyManifest,
} from "./bundle/verify-manifest.js";
export { openRoot, verifyNextRoot } from "./bundle/verify-root.js";
export { changedFlags } from "./changed-flags.js";
export { checkRing, EVERYBODY } from "./check-ring.js";
export type { EvaluationContext } from "./context.js";
export type {
  ErrorCode,
  EvaluationDetails,
  Fallthrough,
  FlagMetadata,
  MaterializationRead,
  MaterializationRecord,
  Reason,
  Resolution,
  ResolutionReason,
} from "./details.js";
export { equalBytes } from "./equal-bytes.js";
export { ERRORS, type ErrorEntry } from "./error-table.js";
export { FlagError, type FlagErrorCode, isFlagError } from "./errors.js";
export { evaluate, evaluateAll, evaluateValue } from "./evaluate/evaluate.js";
export { type ExposureVerdict, type JudgedExposure, judgeExposure } from "./evaluate/judge-exposure.js";
export { resolve } from "./evaluate/resolve.js";
export type { ResolveOptions } from "./evaluate/run-flag.js";
export { explain } from "./explain/explain.js";
export type {
  Answer,
  ConditionExplanation,
  Explanation,
  RuleExplanation,
  RuleOutcome,
  SegmentExplanation,
} from "./explain/explanation.js";
export { redactExplanation } from "./explain/redact.js";
export { type ExposureIdentity, exposureIdOf } from "./exposure/exposure-id.js";
export { type ExposureOptions, exposureOf, windowDayOf } from "./exposure/exposure-of.js";
export { createExposureWindow, type ExposureWindow } from "./exposure/exposure-window.js";
export { type BatchPieces, type BatchRecord, readBatchPieces } from "./exposure/read-batch-pieces.js";
export {
  type BatchHead,
  type BatchPiece,
  type BundleStatus,
  type ExposureBatch,
  type TrackEvent,
  writeBatchHead,
  writeBatchPiece,
  writeExposureBatch,
  writePublishRequest,
} from "./exposure/write-batch.js";
export type { Exposure } from "./exposure.js";
export type { Diagnostic, FlagSet } from "./flag-set.js";
export { bytesToHex } from "./hex.js";
export { type Limits, PAGE_LIMITS, SERVICE_LIMITS } from "./limits.js";
export { type OpenOptions, openBundle } from "./open-bundle.js";
export { remoteFlagsOf } from "./remote-flags.js";
export { EARLY_RINGS, type EarlyRing, ringOf } from "./ring.js";
export { selfTest } from "./self-test.js";
export {
  type Floor,
  type KeyAlgorithm,
  MANIFEST_TYPE,
  type Manifest,
  ROOT_TYPE,
  type Role,
  type Trust,
  type TrustedKey,
  type TrustedRoot,
  type VerifySignature,
} from "./trust.js";
export type { JsonObject, JsonValue, Widened, WidenedFields } from "./value.js";
