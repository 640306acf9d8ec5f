/** Keeps the active bundle current: restores, polls, streams, and tells the status how it went. @module */
import { changedFlags, openBundle } from "@aplomb/core";
import type { ActiveBundle } from "./active-bundle.js";
import type { ClientParts } from "./client-parts.js";
import { httpSource } from "./http/http-source.js";
import { createLoader, type Loader, type LoaderParts } from "./load/loader.js";
import { createRefreshLoop } from "./refresh/refresh-loop.js";
import { createWatchLoop, type WatchLoop } from "./refresh/watch-loop.js";

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
  const loader = createLoader(loaderParts(parts));
  const loop = createRefreshLoop({
    load: (signal) => loadAndTell(loader, parts, signal),
    clock,
    random,
    pollIntervalMs: settings.pollIntervalMs,
  });
  const stream = settings.options.refresh?.stream ? createStream(parts, loop.announced) : undefined;
  let phase: "new" | "running" | "stopped" = "new";
  let isPaused = false;

  async function restoreAndRun(): Promise<void> {
    try {
      await loader.restore(bootstrap && { ...bootstrap, envelope: bootstrap.manifest, source: "bootstrap" });
    } catch (error) {
      parts.warn("CACHE", String(error));
    }
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
      loop.stop();
      stream?.stop();
    },
    get candidateVersion() {
      return loader.candidateVersion;
    },
  };
}

function loaderParts({ settings, access, cell, warn, ...parts }: ClientParts): LoaderParts {
  const { host, options, audience, trustDomain, openManifest } = settings;
  const { limits, digest, clock, store } = host;
  return {
    cell,
    source: options.source ?? httpSource(host, access, host.authorizeReads),
    store,
    storeName: `${trustDomain}/${audience}`,
    clock,
    digest,
    openManifest,
    openBundle: (bytes, { version, sha256 }) => openBundle(bytes, { bundleVersion: version, bundleId: sha256, limits }),
    activated: (next, previous) => tellActivated(parts, next, previous),
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

async function loadAndTell(loader: Loader, parts: ClientParts, signal: AbortSignal): Promise<void> {
  try {
    await loader.load(signal);
    if (!signal.aborted) parts.status.confirmed();
  } catch (error) {
    if (!signal.aborted) {
      const failure = parts.status.failed(error);
      parts.warn(failure.code, failure.message);
      if (/^(SIGNATURE|ROLLBACK|EQUIVOCATION)$/.test(failure.code)) parts.emitter.emit("security", failure);
    }
    throw error;
  }
}

/** Announcements of what is active already, or older, are not news. */
function createStream({ settings, access, cell }: ClientParts, announced: () => void): WatchLoop {
  const { host } = settings;
  return createWatchLoop({
    open: () => host.openWatch(access, host.fetch),
    announced({ epoch, version }) {
      const active = cell.current?.manifest;
      if (!active || epoch !== active.epoch || version > active.version) announced();
    },
    clock: host.clock,
    random: host.random,
  });
}
