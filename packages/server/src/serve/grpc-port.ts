/** gRPC in clear text on a port of its own, for services behind a proxy that speaks TLS. @module */
import {
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { createContextValues, type Interceptor } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import type { Gate } from "../credential.js";
import { addResolveService, callerKey, type ServiceParts } from "../resolve-service.js";

/** What the port needs beside the service. */
export interface GrpcParts extends ServiceParts {
  readonly gate: Gate;
  /** The largest message that is read. */
  readonly readMaxBytes: number;
  readonly interceptors: Interceptor[];
}

/** A listening port. */
export interface GrpcPort {
  readonly port: number;
  /** Takes no more calls, lets those in flight finish for a while, then cuts them. */
  close(drainTimeoutMs: number): Promise<void>;
}

/** A connection may have so many calls at a time, and so many KiB of headers in each. */
const limits = {
  maxSessionMemory: 16,
  settings: { maxConcurrentStreams: 100, maxHeaderListSize: 16_384, enablePush: false },
} as const;
const idleMs = 300_000;
const unauthenticated = "16";

/**
 * Listens for gRPC over cleartext HTTP/2 ("h2c"), as HTTP/1.1 and HTTP/2 do not share a port without TLS.
 *
 * A call without a known key is answered before its body is read. Pages cannot call: browsers speak HTTP/2 over TLS only.
 *
 * @throws Error as `listen` does.
 */
export async function startGrpcPort(host: string, port: number, parts: GrpcParts): Promise<GrpcPort> {
  const { gate, readMaxBytes, interceptors } = parts;
  const serve = connectNodeAdapter({
    routes: (router) => addResolveService(router, parts),
    connect: false,
    grpcWeb: false,
    readMaxBytes,
    interceptors,
    binaryOptions: { readUnknownFields: false },
    contextValues: (request) => createContextValues().set(callerKey, gate.identify(request.headers.authorization)),
  });
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer(limits, (request, response) => {
    if (gate.identify(request.headers.authorization)) serve(request, response);
    else refuse(request, response);
  });
  server.on("session", (session) => {
    sessions.add(session);
    session.setTimeout(idleMs, () => session.close());
    session.on("error", () => session.destroy());
    session.on("close", () => sessions.delete(session));
  });
  await listen(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: (drainTimeoutMs) => drain(server, sessions, drainTimeoutMs),
  };
}

/** A gRPC answer that is nothing but its trailers. */
function refuse(request: Http2ServerRequest, response: Http2ServerResponse): void {
  request.resume();
  response.writeHead(200, {
    "content-type": "application/grpc",
    "grpc-status": unauthenticated,
    "grpc-message": "unknown_key: send a client key: authorization: Bearer <key>",
    "aplomb-code": "unknown_key",
  });
  response.end();
}

function listen(server: Http2Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function drain(server: Http2Server, sessions: ReadonlySet<ServerHttp2Session>, timeoutMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const session of sessions) session.close();
  const cut = setTimeout(() => {
    for (const session of sessions) session.destroy();
  }, timeoutMs);
  await closed;
  clearTimeout(cut);
}
