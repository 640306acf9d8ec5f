/** A client that reads from a snapshot, and does everything else by another client. @module */
import type { FlagClient } from "@aplomb/client";
import type { EvaluationDetails } from "@aplomb/core";
import type { FlagSnapshot } from "../flag-snapshot.js";
import { createSnapshotReader } from "../snapshot-reader.js";

/**
 * A client whose reads never change.
 *
 * @param live - For what is not a read: `track`, `flush`, `setContext`.
 * @param expose - Told of details that were exposed.
 */
export function createSnapshotClient(
  snapshot: FlagSnapshot,
  live: FlagClient,
  expose: (details: EvaluationDetails) => void,
): FlagClient {
  const reader = createSnapshotReader(snapshot, expose);
  const { bundleVersion, bundleId } = snapshot;
  const state = bundleVersion > 0 ? "READY" : "NOT_READY";
  const close: FlagClient["close"] = (options) => live.close(options);
  return {
    ...reader,
    status: { state, source: "bootstrap", bundleVersion, bundleId, confirmedAtMs: 0 },
    get context() {
      return live.context;
    },
    withContext: () => reader,
    prepare: async () => reader,
    subscribe: () => () => {},
    getVersion: () => 0,
    ready: (options) => live.ready(options),
    setContext: (context) => live.setContext(context),
    setConsent: (consent) => live.setConsent(consent),
    track: (event, details, context) => live.track(event, details, context),
    on: (event, listener) => live.on(event, listener),
    flush: (options) => live.flush(options),
    close,
    [Symbol.asyncDispose]: async () => {
      await close();
    },
  };
}
