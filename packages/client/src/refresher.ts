/** Keeps the active bundle current: restores, polls, streams, and tells the status how it went. @module */
import { openBundle } from "@aplomb/core/reading";
import type { ActiveBundle } from "./active-bundle.js";
import type { ClientParts } from "./client-parts.js";
import { httpSource } from "./http/http-source.js";
import { createLoader, type LoaderParts, type Replaced } from "./load/loader.js";
import { createFallbackSource, type FallbackSource } from "./refresh/fallback-source.js";
import type { Upkeep, UpkeepParts } from "./refresh/start-upkeep.js";
import { RequestError } from "./retry/request-error.js";
import { untilLoaded } from "./retry/until-loaded.js";
import type { LoadUpdating } from "./updating.js";

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

/**
 * Makes a refresher; nothing happens before `start`.
 *
 * @param loadUpdating - Loads what all but the first load needs.
 */
export function createRefresher(parts: ClientParts, loadUpdating: LoadUpdating): Refresher {
  const { settings, cell, warn } = parts;
  const { bootstrap } = settings.options;
  const origins = createOrigins(parts);
  const life = new AbortController();
  const loader = createLoader({ ...loaderParts(parts, loadUpdating, life.signal), source: origins.source });
  const tell = createTeller(parts);
  const load = (signal: AbortSignal): Promise<boolean> => tell(loader.load(signal), origins, signal);
  let upkeep: Upkeep | undefined;
  let isPaused = false;

  async function restoreAndRun(): Promise<void> {
    try {
      await loader.restore(bootstrap && { ...bootstrap, envelope: bootstrap.manifest, source: "bootstrap" });
    } catch (error) {
      warn("CACHE", String(error));
    }
    await joinRing(parts, loadUpdating);
    if (life.signal.aborted) return;
    const first = load(life.signal);
    // Who waits for it comes later.
    first.catch(() => {});
    const failed = (error: unknown): void =>
      warn("updating", `what keeps flags current did not load: ${String(error)}`);
    const { startUpkeep } = await untilLoaded(loadUpdating, settings.host, failed, life.signal);
    if (life.signal.aborted) return;
    upkeep = startUpkeep({
      ...{ first, load, isPaused, isServing: () => cell.current !== undefined },
      ...watchParts(parts),
      ...{ clock: settings.host.clock, random: settings.host.random, pollIntervalMs: settings.pollIntervalMs },
    });
  }

  return {
    start: () => void restoreAndRun().catch(() => {}),
    pause() {
      isPaused = true;
      upkeep?.pause();
    },
    resume() {
      isPaused = false;
      upkeep?.resume();
    },
    stop() {
      life.abort();
      upkeep?.stop();
    },
    get candidateVersion() {
      return loader.candidateVersion;
    },
  };
}

/** Before the first load, where rings are asked for: the manifest's address depends on it. Who cannot find its ring is in no early one. */
async function joinRing({ access, settings, warn }: ClientParts, loadUpdating: LoadUpdating): Promise<void> {
  const { ring, audience } = access;
  if (!ring) return;
  const tell = (reason: unknown): void => warn("ring", String(reason));
  try {
    ring.current = await (await loadUpdating()).findRing({ ...settings.host, audience, warn: tell });
  } catch (error) {
    tell(error);
  }
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

function loaderParts(parts: ClientParts, loadUpdating: LoadUpdating, life: AbortSignal): Omit<LoaderParts, "source"> {
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
    loadUpdating,
    activated(next, replaced) {
      tellActivated(parts, next, replaced);
      const failed = (error: unknown): void => warn("SELF_TEST", String(error));
      if (replaced) return;
      loadUpdating().then(
        ({ lookThrough }) => lookThrough(next.flagSet, cell, clock, life, failed),
        // It is a look ahead, and nothing else: what is wrong with a flag is met when it is read.
        () => {},
      );
    },
    warn: (kind, error) => warn(kind, String(error)),
  };
}

function tellActivated(
  { status, emitter }: Pick<ClientParts, "status" | "emitter">,
  next: ActiveBundle,
  replaced: Replaced | undefined,
): void {
  status.activated();
  emitter.emit("decided", undefined);
  const before = replaced?.active.flagSet;
  if (next.flagSet === before) return;
  emitter.emit("changed", undefined);
  const flagsChanged = replaced?.updating.changedFlags(before, next.flagSet) ?? [...next.flagSet.flagKeys];
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

/** How announcements come, and which of them are news: those of what is active already, or older, are not. */
function watchParts({ settings, access, cell }: ClientParts): Pick<UpkeepParts, "openWatch" | "isNews"> {
  const { host, options } = settings;
  return {
    openWatch: options.refresh?.stream ? () => host.openWatch(access, host.fetch) : undefined,
    isNews({ epoch, version }) {
      const active = cell.current?.manifest;
      return !active || epoch !== active.epoch || version > active.version;
    },
  };
}
