/** Logs and counts requests: as JSON lines, with routes instead of URLs, and nothing a client sent. @module */
import type { FastifyInstance, FastifyServerOptions } from "fastify";
import type { Metrics } from "../metrics.js";

/** Levels of the log, from everything to nearly nothing. */
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal";

/** Where log lines go: one JSON text with a line feed at a time. */
export interface LogDestination {
  write(line: string): void;
}

/** Options for Fastify's logger; lines carry neither host name nor process id. */
export function loggerOptions(
  level: LogLevel | false,
  destination?: LogDestination,
): NonNullable<FastifyServerOptions["logger"]> {
  if (level === false) return false;
  return { level, base: null, ...(destination && { stream: destination }) };
}

/** Counts every finished request; logs failures of ours as errors, the rest at level debug. */
export function logRequests(app: FastifyInstance, metrics: Metrics): void {
  app.addHook("onResponse", async (request, reply) => {
    const status = reply.raw.statusCode;
    const route = request.routeOptions.url ?? "none";
    const durationMs = Math.round(reply.elapsedTime * 1_000) / 1_000;
    metrics.requestFinished({ method: request.method, route, status, durationMs });
    const line = { method: request.method, route, status, durationMs };
    if (status >= 500) app.log.error(line, "request failed");
    else app.log.debug(line, "request");
  });
}
