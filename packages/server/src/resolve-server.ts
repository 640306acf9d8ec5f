/** The resolve endpoint: wires publication, store, gate and console to one HTTP port. @module */
import { setMaxListeners } from "node:events";
import { EVERYBODY, FlagError } from "@aplomb/core";
import { cors as connectCors } from "@connectrpc/connect";
import fastifyCors from "@fastify/cors";
import Fastify, { type FastifyInstance, LogController } from "fastify";
import { type Clock, systemClock } from "./clock.js";
import { readConsoleAssets } from "./console-assets.js";
import { type ClientCredential, createGate, type Gate } from "./credential.js";
import type { ExposureStore } from "./exposure-store.js";
import { createMetrics, type Metrics } from "./metrics.js";
import type { Publication } from "./publication.js";
import { keepBatchesFresh } from "./receive/forget-batches.js";
import { refusalHeader } from "./receive/refusal.js";
import { type FlagViews, followFlags } from "./report/follow-flags.js";
import { addArtefactRoutes } from "./serve/artefact-routes.js";
import { addConsoleRoutes } from "./serve/console-routes.js";
import { addHealthRoutes } from "./serve/health-routes.js";
import { type LogDestination, type LogLevel, loggerOptions, logRequests } from "./serve/log-requests.js";
import { addResolveRoutes } from "./serve/resolve-routes.js";
import { sendError } from "./serve/send-error.js";

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
  /** Origins whose pages may call, such as "https://shop.example". Default: any, since keys are sent on purpose and never by cookie. */
  readonly allowedOrigins?: readonly string[];
  /** The console at /console: it shows flags and counts to whoever can reach the port. Default: only on a loopback host. */
  readonly console?: boolean;
  /** The lowest level to log, as JSON lines; false logs nothing. Default: "info". */
  readonly logger?: LogLevel | false;
  /** Where log lines go. Default: standard output. */
  readonly logDestination?: LogDestination;
  /** How long `close` lets requests in flight take, in milliseconds. Default: 5,000. */
  readonly drainTimeoutMs?: number;
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
   * Stops listening, ends watch streams, lets requests in flight finish, then cuts what is left. Idempotent. The store stays open.
   */
  close(): Promise<void>;
}

/** Everything the routes share. */
interface Parts {
  readonly publication: Publication;
  readonly store: ExposureStore;
  readonly gate: Gate;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly views: FlagViews;
  readonly shutdown: AbortSignal;
}

const defaultDrainTimeoutMs = 5_000;

/**
 * Starts an endpoint and resolves when it listens.
 *
 * @throws FlagError `OPTION` when an option is wrong or the address cannot be listened on.
 * @example
 * const publication = await openPublication(".aplomb/published");
 * const store = await openEmbeddedStore(".aplomb/exposures.db");
 * const server = await createResolveServer({
 *   publication, store, port: 8080,
 *   clients: [{ kind: "browser", audience: "web.production", key: "pk_web" }],
 * });
 */
export async function createResolveServer(options: ResolveServerOptions): Promise<ResolveServer> {
  const { publication, store, host = "127.0.0.1", port = 0, clock = systemClock } = options;
  const gate = createGate(options.clients);
  const app = createApp(options);
  const metrics = createMetrics();
  const shutdown = new AbortController();
  // Every open stream listens to it.
  setMaxListeners(0, shutdown.signal);
  const views = followFlags({
    ...{ publication, store, clock },
    onError: (error, audience) => app.log.error({ err: error, audience }, "the bundle could not be described"),
  });
  const parts: Parts = { publication, store, gate, metrics, clock, views, shutdown: shutdown.signal };
  const hasConsole = options.console ?? isLoopback(host);
  await addRoutes(app, parts, options, hasConsole);
  const stopCounting = countVersions(publication, metrics);
  const stopForgetting = keepBatchesFresh(store, clock, (error) =>
    app.log.error({ err: error }, "batch ids were not forgotten"),
  );

  const url = await listen(app, host, port);
  let closing: Promise<void> | undefined;
  return {
    url,
    port: Number(new URL(url).port),
    consoleUrl: hasConsole ? `${url}/console` : undefined,
    close() {
      closing ??= (async () => {
        shutdown.abort();
        for (const stop of [stopForgetting, stopCounting, views.stop]) stop();
        await drain(app, options.drainTimeoutMs ?? defaultDrainTimeoutMs);
        await views.settled();
      })();
      return closing;
    },
  };
}

function createApp(options: ResolveServerOptions): FastifyInstance {
  const app = Fastify({
    logger: loggerOptions(options.logger ?? "info", options.logDestination),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 1_024,
    requestTimeout: 30_000,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 256 },
    frameworkErrors: (_error, _request, reply) => {
      sendError(reply, 400, "invalid_argument", "the address cannot be read");
    },
  });
  app.setNotFoundHandler((_request, reply) => sendError(reply, 404, "not_found", "there is nothing here"));
  app.setErrorHandler((error, request, reply) => {
    const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : 500;
    if (status >= 400 && status < 500)
      return sendError(reply, status, "invalid_argument", "the request cannot be read");
    request.log.error({ err: error }, "a request failed unexpectedly");
    return sendError(reply, 500, "internal", "internal error");
  });
  return app;
}

async function addRoutes(
  app: FastifyInstance,
  parts: Parts,
  options: ResolveServerOptions,
  hasConsole: boolean,
): Promise<void> {
  const { allowedOrigins } = options;
  logRequests(app, parts.metrics);
  addHealthRoutes(app, { ...parts, isClosing: () => parts.shutdown.aborted });
  if (hasConsole) {
    const loopbackOnly = options.console === undefined;
    const { openStreams } = parts.metrics;
    addConsoleRoutes(app, await readConsoleAssets(), { ...parts, openStreams }, loopbackOnly);
  }
  app.register(async (scope) => {
    await scope.register(fastifyCors, {
      origin: allowedOrigins ? [...allowedOrigins] : "*",
      methods: ["GET", "HEAD", "POST"],
      allowedHeaders: [...connectCors.allowedHeaders, "Authorization", "If-None-Match"],
      exposedHeaders: [...connectCors.exposedHeaders, refusalHeader],
      maxAge: 7_200,
    });
    addArtefactRoutes(scope, parts.publication, parts.gate);
    addResolveRoutes(scope, {
      ...parts,
      allowedOrigins,
      onStoreError: (error) => app.log.error({ err: error }, "a batch could not be stored"),
    });
  });
}

/** Listens, and answers with the address as a URL. */
async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    await app.listen({ host, port, listenTextResolver: (address) => `the resolve endpoint listens at ${address}` });
  } catch (error) {
    await app.close();
    throw cannotListen(host, port, error);
  }
  const address = app.server.address();
  const bound = (typeof address === "object" ? address?.port : undefined) ?? port;
  return `http://${host.includes(":") ? `[${host}]` : host}:${bound}`;
}

function cannotListen(host: string, port: number, cause: unknown): FlagError {
  const inUse = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
  const why = inUse ? "the port is in use; choose another one, or 0 for a free one" : String(cause);
  return new FlagError("OPTION", `cannot listen on ${host}, port ${port}: ${why}`, { cause });
}

/** Lets requests in flight finish for a while, then cuts their connections. */
async function drain(app: FastifyInstance, drainTimeoutMs: number): Promise<void> {
  const idle = setInterval(() => app.server.closeIdleConnections(), 25);
  const cut = setTimeout(() => app.server.closeAllConnections(), drainTimeoutMs);
  try {
    await app.close();
  } finally {
    clearInterval(idle);
    clearTimeout(cut);
  }
}

/** Keeps the gauge of versions current. */
function countVersions(publication: Publication, metrics: Metrics): () => void {
  for (const audience of publication.audiences()) {
    const manifest = publication.manifest(audience);
    if (manifest) metrics.versionAnnounced(audience, manifest.version);
  }
  return publication.onChange(({ audience, ring, version }) => {
    if (ring === EVERYBODY) metrics.versionAnnounced(audience, version);
  });
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
