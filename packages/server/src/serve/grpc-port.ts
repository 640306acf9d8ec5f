/** gRPC in clear text on a port of its own, for services behind a proxy that speaks TLS. @module */
import {
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { ResolveService } from "@aplomb/proto/resolve-service";
import { createContextValues, type Interceptor } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import type { Caller } from "../credential.js";
import { type Denial, wordDenial } from "../receive/refusal.js";
import { addResolveService, callerKey, type ServiceParts } from "../resolve-service.js";
import type { Admission } from "./admission.js";

/** What the port needs beside the service. */
export interface GrpcParts extends ServiceParts {
  readonly admission: Admission;
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
/** Its request is a few bytes, and would hold its room for as long as the stream is open. */
const watchPath = `/${ResolveService.typeName}/${ResolveService.method.watchBundle.name}`;

/**
 * Listens for gRPC over cleartext HTTP/2 ("h2c"), as HTTP/1.1 and HTTP/2 do not share a port without TLS.
 *
 * What is not taken is answered before its body is read. Callers without a known key are counted by the address that connects,
 * which behind a proxy is the proxy's. Pages cannot call: browsers speak HTTP/2 over TLS only.
 *
 * @throws Error as `listen` does.
 */
export async function startGrpcPort(host: string, port: number, parts: GrpcParts): Promise<GrpcPort> {
  const { admission, readMaxBytes, interceptors } = parts;
  const callers = new WeakMap<object, Caller>();
  const serve = connectNodeAdapter({
    routes: (router) => addResolveService(router, parts),
    connect: false,
    grpcWeb: false,
    readMaxBytes,
    interceptors,
    binaryOptions: { readUnknownFields: false },
    contextValues: (request) => createContextValues().set(callerKey, callers.get(request)),
  });
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer(limits, (request, response) => {
    const caller = admit(request, response, admission);
    if ("refusal" in caller) return deny(request, response, caller);
    callers.set(request, caller);
    serve(request, response);
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

/** Who calls, with room for what is sent until it was answered. */
function admit(request: Http2ServerRequest, response: Http2ServerResponse, admission: Admission): Caller | Denial {
  const head = { headers: request.headers, ip: request.socket.remoteAddress ?? "" };
  const denial = admission.takesMore();
  if (denial) return denial;
  const caller = admission.callerOf(head);
  if ("refusal" in caller || request.url === watchPath) return caller;
  const done = admission.takesBody(head);
  if ("refusal" in done) return done;
  response.once("close", done);
  return caller;
}

/** A gRPC answer that is nothing but its trailers. */
function deny(request: Http2ServerRequest, response: Http2ServerResponse, denial: Denial): void {
  const { grpcStatus, message, headers } = wordDenial(denial);
  request.resume();
  response.writeHead(200, {
    ...headers,
    "content-type": "application/grpc",
    "grpc-status": String(grpcStatus),
    "grpc-message": message,
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
