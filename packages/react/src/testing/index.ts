/** Flags in tests and stories: forced values and variants, and what was exposed. No network, no timers. @module */
"use client";

export type { LoggedExposure } from "./exposure-log.js";
export {
  type ExposureExpectation,
  type ExposureMatchers,
  exposureMatchers,
  type MatcherAnswer,
} from "./exposure-matchers.js";
export { FlagTestProvider, type FlagTestProviderProps } from "./flag-test-provider.js";
export type { ForcedFlags, ForcedVariant } from "./forced-flags.js";
export { createTestFlags, type LoggedEvent, type TestFlags } from "./test-flags.js";
