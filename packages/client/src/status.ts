/** How the client is doing, as one value that is replaced whenever it changes. @module */
import type { FlagErrorCode } from "@aplomb/core";
import { FlagError, isFlagError } from "@aplomb/core/reading";
import type { BundleCell } from "./active-bundle.js";
import type { BundleCounters } from "./client-counters.js";
import type { Clock } from "./clock.js";
import { addTo } from "./delivery-counters.js";
import type { Emitter } from "./emitter.js";
import type { ClientEvents, ClientState, ClientStatus } from "./flag-client.js";
import { classifyFailure } from "./retry/classify-failure.js";
import { RequestError } from "./retry/request-error.js";

/** Follows the client's fate and tells listeners of its turns. */
export interface StatusTracker {
  /** The same object until something changes. */
  readonly current: ClientStatus;
  /** A bundle was swapped in. */
  activated(): void;
  /** The source confirmed the active bundle, or gave a newer one. */
  confirmed(): void;
  /** A refresh failed. Gives back the error as listeners see it. */
  failed(error: unknown): FlagError;
  /** The application waited long enough for a first bundle. */
  expired(): void;
  closed(): void;
  counters(): BundleCounters;
}

/** Makes a tracker for the bundle in a cell. */
export function createStatusTracker(cell: BundleCell, clock: Clock, emitter: Emitter<ClientEvents>): StatusTracker {
  let phase: "starting" | "expired" | "closed" = "starting";
  let confirmedAtMs = 0;
  let error: ClientStatus["error"];
  let current: ClientStatus = snapshot();
  const rejected: Record<string, number> = {};

  function stateNow(): ClientState {
    const { current: active } = cell;
    if (phase === "closed") return "CLOSED";
    // Somebody configured it wrong; what was there goes on answering all the same.
    if (error?.code === "AUDIENCE") return "ERROR";
    if (!active) return phase === "expired" ? "ERROR" : "NOT_READY";
    const isRefused = error?.code === "REFUSED" || error?.code === "ROOT";
    return isRefused || clock.nowMs() > active.manifest.freshUntilMs ? "STALE" : "READY";
  }

  function snapshot(): ClientStatus {
    const { current: active } = cell;
    return {
      state: stateNow(),
      source: active?.source ?? "none",
      bundleVersion: active?.manifest.version ?? 0,
      bundleId: active?.manifest.sha256 ?? "",
      confirmedAtMs,
      ...(error && { error }),
    };
  }

  function update(): void {
    const before = current;
    current = snapshot();
    if (current.error && current.error.code !== before.error?.code) emitter.emit("error", current);
    const hasRecovered = before.error !== undefined && current.error === undefined;
    if (current.state === before.state && !hasRecovered) return;
    if (current.state === "READY") emitter.emit("ready", current);
    if (current.state === "STALE") emitter.emit("stale", current);
  }

  return {
    get current() {
      return current;
    },
    activated() {
      error = undefined;
      update();
    },
    confirmed() {
      confirmedAtMs = clock.nowMs();
      error = undefined;
      update();
    },
    failed(cause) {
      const failure = toFlagError(cause);
      error = { code: failure.code, message: failure.message, atMs: clock.nowMs() };
      if (isOfBundle(failure.code)) addTo(rejected, failure.code, 1);
      update();
      return failure;
    },
    expired() {
      if (phase !== "starting" || cell.current) return;
      phase = "expired";
      error ??= { code: "NO_DATA", message: new FlagError("NO_DATA").message, atMs: clock.nowMs() };
      update();
    },
    closed() {
      phase = "closed";
      update();
    },
    counters() {
      const bundleAgeMs = confirmedAtMs > 0 ? Math.max(0, clock.nowMs() - confirmedAtMs) : undefined;
      return { bundleVersion: current.bundleVersion, bundleAgeMs, bundleRejected: { ...rejected } };
    },
  };
}

/** Whether an error speaks against a bundle, not against those who should have brought it. */
export function isOfBundle(code: FlagErrorCode): boolean {
  return code !== "UNREACHABLE" && code !== "REFUSED";
}

/** The error of a refresh in the words of the error table. */
function toFlagError(error: unknown): FlagError {
  if (isFlagError(error)) return error;
  const isRefusal = error instanceof RequestError && /^(extended|rejected|too_large)$/.test(classifyFailure(error));
  const code = isRefusal ? "REFUSED" : "UNREACHABLE";
  return new FlagError(code, error instanceof Error ? error.message : String(error), { cause: error });
}
