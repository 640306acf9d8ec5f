/** The resolve endpoint: wires publication, store, gate and console to one HTTP port. @module */
import { setMaxListeners } from "node:events";
import type { FastifyInstance } from "fastify";
import { type Clock, systemClock } from "./clock.js";
import { readConsoleAssets } from "./console-assets.js";
import { type ClientCredential, createGate, type Gate } from "./credential.js";
import type { ExposureStore } from "./exposure-store.js";
import { type MemoryLimits, readMemoryLimits, requireHeapWithin } from "./memory-limits.js";
import { createMetrics, type Metrics } from "./metrics.js";
import type { Publication } from "./publication.js";
import { type BundleHistory, createBundleHistory } from "./receive/bundle-history.js";
import { keepBatchesFresh } from "./receive/forget-batches.js";
import { type FlagViews, followFlags } from "./report/follow-flags.js";
import { type Admission, createAdmission } from "./serve/admission.js";
import { addArtefactRoutes } from "./serve/artefact-routes.js";
import { addConsoleRoutes } from "./serve/console-routes.js";
import { createApp } from "./serve/create-app.js";
import { addCrossOrigin } from "./serve/cross-origin.js";
import { addHealthRoutes } from "./serve/health-routes.js";
import { drain, listen } from "./serve/listen.js";
import { createLoadGuard, createLoadReader, type LoadReader } from "./serve/load-guard.js";
import type { LogDestination, LogLevel } from "./serve/log-requests.js";
import { createRateCounter, type RateLimits } from "./serve/rate-limits.js";
import { addResolveRoutes } from "./serve/resolve-routes.js";
import { traceRequests } from "./serve/trace-requests.js";
import type { SpanTracer } from "./tracer.js";

/** What an endpoint is made from. */
export interface ResolveServerOptions {
  /** What is served. The endpoint follows its changes. */
  readonly publication: Publication;
  /** Where exposures go. Whoever opened it closes it, after the endpoint. */
  readonly store: ExposureStore;
  /** Who may ask for what. Audiences that no credential names are closed to everybody. */
  readonly clients: readonly ClientCredential[];
  /** The address to listen on. Default: 127.0.0.1. */
  readonly host?: string;
  /** Default: 0, a free one that the system chooses. A port in use is an error: choosing another is the caller's decision. */
  readonly port?: number;
  /**
   * Origins whose pages may call with keys that name none themselves, such as "https://shop.example". Default: any, since keys are
   * sent on purpose and never by cookie.
   */
  readonly allowedOrigins?: readonly string[];
  /** How often everybody together, and whoever has no key, may call. Clients' rates are in `clients`. */
  readonly rates?: RateLimits;
  /** Addresses or networks of proxies, such as "10.0.0.0/8", whose `X-Forwarded-For` says who calls. Default: none is believed. */
  readonly trustedProxies?: readonly string[];
  /** The console at /console: it shows flags and counts to whoever can reach the port. Default: only on a loopback host. */
  readonly console?: boolean;
  /** The lowest level to log, as JSON lines; false logs nothing. Default: "info". */
  readonly logger?: LogLevel | false;
  /** Where log lines go. Default: standard output. */
  readonly logDestination?: LogDestination;
  /** How long `close` says "not ready" before it stops listening, so that a balancer looks elsewhere, in milliseconds. Default: 0. */
  readonly drainDelayMs?: number;
  /** How long `close` lets requests in flight take, in milliseconds. Default: 5,000. */
  readonly drainTimeoutMs?: number;
  /** What the process may use; a heap that may outgrow its container is refused. Default: as V8 and the kernel say. */
  readonly memory?: MemoryLimits;
  /** How the process fares, by which requests are shed. Default: measured. The endpoint stops it when it closes. */
  readonly loadReader?: LoadReader;
  /** Traces requests and stored batches, such as one of OpenTelemetry's. Default: nothing is traced. */
  readonly tracer?: SpanTracer;
  /** Default: the machine's clock. */
  readonly clock?: Clock;
}

/** A running endpoint. */
export interface ResolveServer {
  /** Such as "http://127.0.0.1:8080", without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Where the console is; undefined where it is off. */
  readonly consoleUrl: string | undefined;
  /**
   * Says "not ready", then stops listening, ends watch streams, lets requests in flight finish, then cuts what is left. Idempotent. The store stays open.
   */
  close(): Promise<void>;
}

/** Everything the routes share. */
interface Parts {
  readonly publication: Publication;
  readonly store: ExposureStore;
  readonly gate: Gate;
  readonly admission: Admission;
  readonly history: BundleHistory;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly views: FlagViews;
  /** Aborts when streams are to end. */
  readonly shutdown: AbortSignal;
  readonly isClosing: () => boolean;
}

const defaultDrainTimeoutMs = 5_000;

/**
 * Starts an endpoint and resolves when it listens.
 *
 * @throws FlagError `OPTION` when an option is wrong, the heap may outgrow its container, or the address cannot be listened on.
 * @example
 * const publication = await openPublication(".aplomb/published");
 * const store = await openEmbeddedStore(".aplomb/exposures.db");
 * const server = await createResolveServer({
 *   publication, store, port: 8080,
 *   clients: [{ kind: "browser", audience: "web.production", key: "pk_web" }],
 * });
 */
export async function createResolveServer(options: ResolveServerOptions): Promise<ResolveServer> {
  const {
    publication,
    store,
    host = "127.0.0.1",
    port = 0,
    clock = systemClock,
    memory = readMemoryLimits(),
  } = options;
  requireHeapWithin(memory);
  const gate = createGate(options.clients, options.allowedOrigins);
  const rates = createRateCounter(options.rates ?? {}, gate.rates);
  const metrics = createMetrics(memory);
  const app = createApp(options, metrics);
  const shutdown = new AbortController();
  // Every open stream listens to it.
  setMaxListeners(0, shutdown.signal);
  const bundleError = (error: unknown, audience: string): void =>
    app.log.error({ err: error, audience }, "the bundle could not be described");
  const views = followFlags({ publication, store, clock, onError: bundleError });
  const history = createBundleHistory({ publication, clock, onError: bundleError });
  const guard = createLoadGuard(memory, clock, options.loadReader ?? createLoadReader());
  const admission = createAdmission({ gate, rates, guard, metrics, clock });
  const stopCounting = countVersions(publication, metrics);
  const stopForgetting = keepBatchesFresh(store, clock, (error) =>
    app.log.error({ err: error }, "batch ids were not forgotten"),
  );
  const stopAll = (): void => {
    for (const stop of [stopForgetting, stopCounting, views.stop, history.stop, guard.stop]) stop();
  };
  let closing: Promise<void> | undefined;
  const isClosing = (): boolean => closing !== undefined;
  const hasConsole = options.console ?? isLoopback(host);
  const parts = { publication, store, gate, admission, history, metrics, clock, views, isClosing };
  await addRoutes(app, { ...parts, shutdown: shutdown.signal }, options, hasConsole);

  const url = await listen(app, host, port).catch((error: unknown) => {
    stopAll();
    throw error;
  });
  const end = async (): Promise<void> => {
    const { drainDelayMs = 0, drainTimeoutMs = defaultDrainTimeoutMs } = options;
    if (drainDelayMs > 0) await new Promise<void>((resolve) => void clock.setTimer(resolve, drainDelayMs));
    shutdown.abort();
    stopAll();
    await drain(app, drainTimeoutMs);
    await views.settled();
  };
  return {
    url,
    port: Number(new URL(url).port),
    consoleUrl: hasConsole ? `${url}/console` : undefined,
    close: () => (closing ??= end()),
  };
}

async function addRoutes(
  app: FastifyInstance,
  parts: Parts,
  options: ResolveServerOptions,
  hasConsole: boolean,
): Promise<void> {
  if (options.tracer) traceRequests(app, options.tracer);
  addHealthRoutes(app, parts);
  if (hasConsole) {
    const loopbackOnly = options.console === undefined;
    const { openStreams } = parts.metrics;
    addConsoleRoutes(app, await readConsoleAssets(), { ...parts, openStreams }, loopbackOnly);
  }
  app.register(async (scope) => {
    await addCrossOrigin(scope, parts.gate);
    scope.addHook("onRequest", async (_request, reply) => (parts.admission.takesMore(reply) ? undefined : reply));
    addArtefactRoutes(scope, parts);
    addResolveRoutes(scope, {
      ...parts,
      tracer: options.tracer,
      onStoreError: (error) => app.log.error({ err: error }, "a batch could not be stored"),
    });
  });
}

/** Keeps the gauge of versions current. */
function countVersions(publication: Publication, metrics: Metrics): () => void {
  for (const audience of publication.audiences()) {
    const manifest = publication.manifest(audience);
    if (manifest) metrics.versionAnnounced(audience, manifest.version);
  }
  return publication.onChange(({ audience, version }) => metrics.versionAnnounced(audience, version));
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
