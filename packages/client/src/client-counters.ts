/** All there is to count and to measure of one client, for what collects metrics. @module */
import type { DeliveryCounters } from "./delivery-counters.js";

/** What became of the bundles. */
export interface BundleCounters {
  /** The active bundle's version; 0 for none. */
  readonly bundleVersion: number;
  /** How long ago the active manifest was last confirmed, in milliseconds; undefined before the first time. */
  readonly bundleAgeMs: number | undefined;
  /** Loads whose bundle was refused, by the code of the `FlagError`. An endpoint that does not answer refuses nothing. */
  readonly bundleRejected: Readonly<Record<string, number>>;
}

/** What became of every record and every bundle, at the moment of the call. */
export interface ClientCounters extends DeliveryCounters, BundleCounters {}
