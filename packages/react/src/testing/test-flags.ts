/** A client for tests and stories: it answers what it is told to, and notes what is exposed. @module */
import type { FlagClient, TrackDetails } from "@aplomb/client";
import { createDetachedClient } from "../detached-client.js";
import { createSnapshotReader } from "../snapshot-reader.js";
import { createExposureLog, type LoggedExposure } from "./exposure-log.js";
import { type ForcedFlags, snapshotOf } from "./forced-flags.js";

/** One tracked event. */
export interface LoggedEvent {
  readonly event: string;
  readonly details?: TrackDetails | undefined;
}

/** The client, and what tests do to it and learn from it. */
export interface TestFlags extends FlagClient {
  /** Replaces all forced flags; components render again. In tests, inside of `act`. */
  setFlags(flags: ForcedFlags): void;
  /** Distinct exposures, in order. */
  getExposures(): readonly LoggedExposure[];
  /** Tracked events, in order. */
  getEvents(): readonly LoggedEvent[];
  /** Forgets exposures and events. */
  reset(): void;
}

/**
 * A client without network, timers and rules. The flags that are not forced answer the defaults of their readers.
 *
 * @param unit - Whom exposures are of.
 * @example const flags = createTestFlags({ "checkout.layout": "one-page" });
 */
export function createTestFlags(forced: ForcedFlags = {}, unit = "test-unit"): TestFlags {
  const log = createExposureLog();
  const listeners = new Set<() => void>();
  let events: readonly LoggedEvent[] = [];
  let version = 1;
  let reader = createSnapshotReader(snapshotOf(forced, unit), log.add);
  const detached = createDetachedClient();
  const status = { ...detached.status, state: "READY", source: "bootstrap", bundleVersion: 1 } as const;
  return {
    ...detached,
    ...forwardTo(() => reader),
    status,
    context: { targetingKey: unit },
    withContext: () => reader,
    ready: async () => status,
    prepare: async () => reader,
    track(event, details) {
      events = [...events, { event, details }];
    },
    on: () => () => {},
    subscribe(listener) {
      // Each call is its own, even with the same function twice.
      const own = () => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    getVersion: () => version,
    setFlags(next) {
      reader = createSnapshotReader(snapshotOf(next, unit), log.add);
      version++;
      for (const tell of [...listeners]) tell();
    },
    getExposures: () => log.exposures,
    getEvents: () => events,
    reset() {
      log.clear();
      events = [];
    },
  };
}

type Reader = ReturnType<typeof createSnapshotReader>;

/** Reads with whichever reader is the current one. */
function forwardTo(current: () => Reader): Reader {
  return {
    getBooleanValue: (key, value) => current().getBooleanValue(key, value),
    getStringValue: (key, value) => current().getStringValue(key, value),
    getNumberValue: (key, value) => current().getNumberValue(key, value),
    getObjectValue: (key, value) => current().getObjectValue(key, value),
    getBooleanDetails: (key, value) => current().getBooleanDetails(key, value),
    getStringDetails: (key, value) => current().getStringDetails(key, value),
    getNumberDetails: (key, value) => current().getNumberDetails(key, value),
    getObjectDetails: (key, value) => current().getObjectDetails(key, value),
    peekValue: (key, value) => current().peekValue(key, value),
    peekDetails: (key, value) => current().peekDetails(key, value),
    evaluateAll: () => current().evaluateAll(),
  };
}
