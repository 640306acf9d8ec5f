/** Keeps the active bundle current: restores, polls, streams, and tells the status how it went. @module */
import { changedFlags, openBundle } from "@aplomb/core";
import type { ActiveBundle } from "./active-bundle.js";
import type { ClientParts } from "./client-parts.js";
import { httpSource } from "./http/http-source.js";
import { findRing } from "./load/find-ring.js";
import { createLoader, type LoaderParts } from "./load/loader.js";
import { lookThrough } from "./load/look-through.js";
import { type AttemptCeiling, createAttemptCeiling } from "./refresh/attempt-ceiling.js";
import { createFallbackSource, type FallbackSource } from "./refresh/fallback-source.js";
import { createRefreshLoop } from "./refresh/refresh-loop.js";
import { createWatchLoop, type WatchLoop } from "./refresh/watch-loop.js";
import { RequestError } from "./retry/request-error.js";

/** Keeps the active bundle current. */
export interface Refresher {
  /** Restores what was kept, then loads, then keeps loading. */
  start(): void;
  /** No polls and no stream until `resume`. */
  pause(): void;
  resume(): void;
  stop(): void;
  /** The version that the last load was about; 0 when it never came to that. */
  readonly candidateVersion: number;
}

/** Makes a refresher; nothing happens before `start`. */
export function createRefresher(parts: ClientParts): Refresher {
  const { settings } = parts;
  const { clock, random } = settings.host;
  const { bootstrap } = settings.options;
  const origins = createOrigins(parts);
  const life = new AbortController();
  const loader = createLoader({ ...loaderParts(parts, life.signal), source: origins.source });
  const tell = createTeller(parts);
  const ceiling = createAttemptCeiling(clock, random, settings.pollIntervalMs);
  const loop = createRefreshLoop({
    load: (signal) => tell(loader.load(signal), origins, signal),
    isServing: () => parts.cell.current !== undefined,
    ceiling,
    clock,
    random,
    pollIntervalMs: settings.pollIntervalMs,
  });
  const stream = settings.options.refresh?.stream ? createStream(parts, ceiling, loop.announced) : undefined;
  let phase: "new" | "running" | "stopped" = "new";
  let isPaused = false;

  async function restoreAndRun(): Promise<void> {
    try {
      await loader.restore(bootstrap && { ...bootstrap, envelope: bootstrap.manifest, source: "bootstrap" });
    } catch (error) {
      parts.warn("CACHE", String(error));
    }
    await joinRing(parts);
    if (phase === "stopped") return;
    phase = "running";
    loop.start();
    if (!isPaused) stream?.start();
  }

  return {
    start: () => void restoreAndRun(),
    pause() {
      isPaused = true;
      loop.pause();
      stream?.stop();
    },
    resume() {
      isPaused = false;
      loop.resume();
      if (phase === "running") stream?.start();
    },
    stop() {
      phase = "stopped";
      life.abort();
      loop.stop();
      stream?.stop();
    },
    get candidateVersion() {
      return loader.candidateVersion;
    },
  };
}

/** Before the first load, where rings are asked for: the manifest's address depends on it. */
async function joinRing({ access: { ring, audience }, settings: { host }, warn }: ClientParts): Promise<void> {
  if (!ring) return;
  const { store, randomBytes, clock } = host;
  ring.current = await findRing({ store, audience, randomBytes, clock, warn: (reason) => warn("ring", reason) });
}

/** Where manifests, bundles and roots come from. */
function createOrigins({ settings, access }: ClientParts): FallbackSource {
  const { host, options } = settings;
  const origin = options.source ?? httpSource(host, access, host.authorizeReads);
  const primary = host.wrapSource?.(origin) ?? origin;
  if (options.fallbackEndpoint === undefined) return { source: primary, succeeded() {}, failed: () => false };
  const endpoint = options.fallbackEndpoint.replace(/\/+$/, "");
  return createFallbackSource(primary, httpSource(host, { ...access, endpoint }, host.authorizeReads), host.clock);
}

function loaderParts(parts: ClientParts, life: AbortSignal): Omit<LoaderParts, "source"> {
  const { settings, access, cell, warn } = parts;
  const { host, audience, trustDomain, openManifest, roots } = settings;
  const { limits, digest, clock, store } = host;
  return {
    cell,
    store,
    // Encoded, so that no two pairs share a name: whoever shared one could push the other's floor out.
    storeName: `${encodeURIComponent(trustDomain)}/${encodeURIComponent(audience)}`,
    clock,
    digest,
    openManifest,
    roots,
    ring: access.ring,
    maxBundleBytes: limits.bundleBytes,
    openBundle: (bytes, { version, sha256 }) => openBundle(bytes, { bundleVersion: version, bundleId: sha256, limits }),
    activated(next, previous) {
      tellActivated(parts, next, previous);
      if (!previous) void lookThrough(next.flagSet, cell, clock, life, (error) => warn("SELF_TEST", String(error)));
    },
    warn: (kind, error) => warn(kind, String(error)),
  };
}

function tellActivated(
  { status, emitter }: Pick<ClientParts, "status" | "emitter">,
  next: ActiveBundle,
  previous: ActiveBundle | undefined,
): void {
  status.activated();
  emitter.emit("decided", undefined);
  if (next.flagSet === previous?.flagSet) return;
  emitter.emit("changed", undefined);
  const flagsChanged = changedFlags(previous?.flagSet, next.flagSet);
  emitter.emit("configurationChanged", { flagsChanged, bundleVersion: next.manifest.version });
}

/** Follows each load and tells of its end: the status, the log, the origins, and who listens for attacks. */
type Tell = (load: Promise<boolean>, origins: FallbackSource, signal: AbortSignal) => Promise<boolean>;

function createTeller({ status, warn, emitter }: ClientParts): Tell {
  /** What the last security event said: an attack that goes on is one event. */
  let lastAlarm = "";
  return async (load, origins, signal) => {
    try {
      const isNews = await load;
      if (signal.aborted) return false;
      lastAlarm = "";
      origins.succeeded();
      status.confirmed();
      return isNews;
    } catch (error) {
      if (signal.aborted) throw error;
      const failure = status.failed(error);
      warn(failure.code, failure.message);
      const isAlarm = /^(SIGNATURE|ROLLBACK|EQUIVOCATION)$/.test(failure.code);
      if (isAlarm && failure.message !== lastAlarm) emitter.emit("security", failure);
      if (isAlarm) lastAlarm = failure.message;
      // Another origin is asked next, and that one has asked for no patience.
      throw origins.failed(error) ? new RequestError(failure.message, { cause: error }) : error;
    }
  };
}

/** Announcements of what is active already, or older, are not news. */
function createStream(
  { settings, access, cell }: ClientParts,
  ceiling: AttemptCeiling,
  announced: () => void,
): WatchLoop {
  const { host } = settings;
  return createWatchLoop({
    open: () => host.openWatch(access, host.fetch),
    announced({ epoch, version }) {
      const active = cell.current?.manifest;
      if (!active || epoch !== active.epoch || version > active.version) announced();
    },
    ceiling,
    clock: host.clock,
    random: host.random,
  });
}
