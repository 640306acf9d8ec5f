/** The resolve endpoint: publication, store and perimeter, listening on one HTTP port, and on one for gRPC. @module */
import type { FastifyInstance } from "fastify";
import { systemClock } from "./clock.js";
import { createGate } from "./credential.js";
import { createEndpointParts, type EndpointParts } from "./endpoint-parts.js";
import { readMemoryLimits, requireHeapWithin } from "./memory-limits.js";
import { createMetrics } from "./metrics.js";
import { requireKeepDays } from "./receive/forget-batches.js";
import type { ResolveServerOptions } from "./resolve-server-options.js";
import { consoleGateOf } from "./serve/console-gate.js";
import { createApp } from "./serve/create-app.js";
import { addEndpointRoutes } from "./serve/endpoint-routes.js";
import { type GrpcPort, startGrpcPort } from "./serve/grpc-port.js";
import { cannotListen, drain, listen } from "./serve/listen.js";
import { logUnexpected, maxRequestBytes } from "./serve/resolve-routes.js";

/** A running endpoint. */
export interface ResolveServer {
  /** Such as "http://127.0.0.1:8080", without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** The port of gRPC; undefined where it is not spoken. */
  readonly grpcPort: number | undefined;
  /** Where the console is; undefined where it is off. */
  readonly consoleUrl: string | undefined;
  /**
   * Says "not ready", then stops listening, ends watch streams, lets requests in flight finish, then cuts what is left. Idempotent. The store stays open.
   */
  close(): Promise<void>;
}

const defaultHost = "127.0.0.1";
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
  const { host = defaultHost, port = 0, clock = systemClock, memory = readMemoryLimits() } = options;
  requireHeapWithin(memory);
  requireKeepDays(options.keepDays);
  const gate = createGate(options.clients, options.allowedOrigins);
  const consoleGate = consoleGateOf(options, clock);
  const metrics = createMetrics(memory);
  const app = createApp(options, metrics);
  let closing: Promise<void> | undefined;
  const isClosing = (): boolean => closing !== undefined;
  const parts = createEndpointParts(options, { clock, gate, memory, metrics, log: app.log, isClosing });
  await addEndpointRoutes(app, parts, consoleGate);

  const start = async (): Promise<readonly [url: string, grpc: GrpcPort | undefined]> => {
    const url = await listen(app, host, port);
    return [url, await openGrpc(app, parts, options)];
  };
  const [url, grpc] = await start().catch(async (error: unknown) => {
    parts.stop();
    await app.close();
    throw error;
  });
  const end = async (): Promise<void> => {
    const { drainDelayMs = 0, drainTimeoutMs = defaultDrainTimeoutMs } = options;
    if (drainDelayMs > 0) await new Promise<void>((resolve) => void clock.setTimer(resolve, drainDelayMs));
    parts.stop();
    await Promise.all([drain(app, drainTimeoutMs), grpc?.close(drainTimeoutMs)]);
    await parts.views.settled();
  };
  return {
    url,
    port: Number(new URL(url).port),
    grpcPort: grpc?.port,
    consoleUrl: consoleGate && `${url}/console`,
    close: () => (closing ??= end()),
  };
}

/** Listens for gRPC, where a port is given. */
async function openGrpc(
  app: FastifyInstance,
  parts: EndpointParts,
  { host = defaultHost, grpcPort }: ResolveServerOptions,
): Promise<GrpcPort | undefined> {
  if (grpcPort === undefined) return undefined;
  const reading = { readMaxBytes: maxRequestBytes, interceptors: [logUnexpected(app)] };
  return startGrpcPort(host, grpcPort, { ...parts, ...reading }).catch((error: unknown) => {
    throw cannotListen(host, grpcPort, error);
  });
}
