/** The test parts of this repository, for its own tests only. @module */
export { type AlgorithmMix, algorithmMixes, openWith } from "./algorithm-mixes.js";
export {
  atLeast,
  type BundleDescription,
  bundleBytes,
  type Condition,
  type CriterionInit,
  equalTo,
  type FlagInit,
  fullRollout,
  inSegment,
  type LiteralInit,
  literal,
  oneOf,
  type RuleInit,
  type SegmentInit,
  segmentOf,
  split,
} from "./bundle-builder.js";
export {
  BASE,
  bytesOfNumber,
  bytesOfPoint,
  type CurvePoint,
  coordinatesOf,
  FIELD,
  pointsOfSmallOrder,
  timesPoint,
} from "./edwards-curve.js";
export { HOSTILE_KEYS, hostileAnswers, hostileBundle } from "./hostile-keys.js";
export { createMutator, type Mutator } from "./mutator.js";
export { NESTINGS, type Nesting } from "./nesting-bombs.js";
export { QUESTIONS, type Question } from "./questions.js";
export { type EndpointLog, type RemoteEndpoint, startRemoteEndpoint } from "./remote-endpoint.js";
export { createSeededRandom, type SeededRandom } from "./seeded-random.js";
export { type KnownAnswer, knownAnswers, oddVectors, type SignatureVector, weakKeys } from "./signature-vectors.js";
export {
  createTestKey,
  createTestKeys,
  type ManifestInit,
  type RootInit,
  type SealedBundle,
  signEnvelope,
  signRoot,
  type TestKey,
  type TestKeys,
  verifyWithWebCrypto,
} from "./test-keys.js";
export { until } from "./until.js";
export { createVirtualClock, type VirtualClock, type VirtualClockOptions } from "./virtual-clock.js";
