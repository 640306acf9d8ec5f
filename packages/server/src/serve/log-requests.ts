/** Logs and counts requests: as JSON lines, with routes instead of URLs, and nothing a client sent. @module */
import type { FastifyInstance, FastifyServerOptions } from "fastify";
import type { Metrics } from "../metrics.js";
import { describeError, escapeLine } from "./log-line.js";

/** Levels of the log, from everything to nearly nothing. */
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal";

/** Where log lines go: one JSON text with a line feed at a time. */
export interface LogDestination {
  write(line: string): void;
}

/** Options for Fastify's logger; lines carry neither host name nor process id. */
export function loggerOptions(
  level: LogLevel | false,
  destination: LogDestination = process.stdout,
): NonNullable<FastifyServerOptions["logger"]> {
  if (level === false) return false;
  const stream = { write: (line: string): void => void destination.write(escapeLine(line)) };
  return { level, base: null, serializers: { err: describeError }, stream };
}

/** Counts every finished request; logs failures of ours as errors, the rest at level debug. */
export function logRequests(app: FastifyInstance, metrics: Metrics): void {
  app.addHook("onResponse", async (request, reply) => {
    const durationMs = Math.round(reply.elapsedTime * 1_000) / 1_000;
    const route = request.routeOptions.url ?? "none";
    noteRequest(app, metrics, { method: request.method, route, status: reply.raw.statusCode, durationMs });
  });
}

/** Counts and logs one request: for those that are answered before any route is looked for. */
export function noteRequest(
  app: FastifyInstance,
  metrics: Metrics,
  request: Parameters<Metrics["requestFinished"]>[0],
): void {
  metrics.requestFinished(request);
  if (request.status >= 500) app.log.error(request, "request failed");
  else app.log.debug(request, "request");
}
