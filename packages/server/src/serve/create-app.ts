/** The HTTP server under all routes: its limits, its log, and what it says where no route does. @module */
import Fastify, { type FastifyInstance, LogController } from "fastify";
import type { Metrics } from "../metrics.js";
import { type LogDestination, type LogLevel, loggerOptions, logRequests, noteRequest } from "./log-requests.js";
import { addSecurityHeaders, securityHeaders } from "./security-headers.js";
import { sendError } from "./send-error.js";

/** What the server is made from. */
export interface AppOptions {
  /** The lowest level to log; false logs nothing. Default: "info". */
  readonly logger?: LogLevel | false;
  /** Where log lines go. Default: standard output. */
  readonly logDestination?: LogDestination;
  /** Addresses or networks of proxies whose `X-Forwarded-For` is believed. Default: none. */
  readonly trustedProxies?: readonly string[];
}

/** A head takes that many bytes and milliseconds at most, a whole request that many milliseconds; idle connections are closed after a while. */
const maxHeaderBytes = 16 * 1024;
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;
const keepAliveTimeoutMs = 72_000;

/** A server that does not listen yet. Routes that take a body say how large it may be. */
export function createApp(options: AppOptions, metrics: Metrics): FastifyInstance {
  const app: FastifyInstance = Fastify({
    logger: loggerOptions(options.logger ?? "info", options.logDestination),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 1_024,
    http: { maxHeaderSize: maxHeaderBytes, headersTimeout: headersTimeoutMs },
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    trustProxy: options.trustedProxies ? [...options.trustedProxies] : false,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 256 },
    frameworkErrors: (_error, { method }, reply) => {
      noteRequest(app, metrics, { method, route: "none", status: 400, durationMs: 0 });
      sendError(reply.headers(securityHeaders), 400, "invalid_argument", "the address cannot be read");
    },
  });
  addSecurityHeaders(app);
  logRequests(app, metrics);
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
