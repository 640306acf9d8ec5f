/** The test parts of this repository, for its own tests only. @module */
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
export { createMutator, type Mutator } from "./mutator.js";
export { QUESTIONS, type Question } from "./questions.js";
export { type EndpointLog, type RemoteEndpoint, startRemoteEndpoint } from "./remote-endpoint.js";
export { createSeededRandom, type SeededRandom } from "./seeded-random.js";
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
