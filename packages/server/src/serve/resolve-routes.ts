/** Puts the Connect service on the HTTP port: who may call, from where, with how many bytes. @module */
import { ResolveService } from "@aplomb/proto/resolve-service";
import { Code, ConnectError, createContextValues, type Interceptor } from "@connectrpc/connect";
import { fastifyConnectPlugin } from "@connectrpc/connect-fastify";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Caller, Gate } from "../credential.js";
import { type RefusalCode, refusalHeader } from "../receive/refusal.js";
import { addResolveService, callerKey, type ServiceParts } from "../resolve-service.js";
import { sendError } from "./send-error.js";

/** The largest request that is read: 4 MiB for a batch, and what wraps it. */
export const maxRequestBytes: number = 4 * 1024 * 1024 + 1_024;

/** What the routes need beside the service. */
export interface ResolveRoutesParts extends ServiceParts {
  readonly gate: Gate;
  /** Undefined: pages of any origin may call. */
  readonly allowedOrigins: readonly string[] | undefined;
}

/**
 * Adds the service, for the Connect and gRPC-Web protocols.
 *
 * A call without a known key, from a foreign origin or with too long a body is answered before its body is read.
 */
export function addResolveRoutes(app: FastifyInstance, parts: ResolveRoutesParts): void {
  const { gate, allowedOrigins } = parts;
  const callers = new WeakMap<FastifyRequest, Caller>();

  const refuse = (reply: FastifyReply, status: number, code: string, refusal: RefusalCode, detail: string) =>
    sendError(reply.header(refusalHeader, refusal), status, code, `${refusal}: ${detail}`);

  app.register(async (scope) => {
    scope.addHook("onRequest", async (request, reply) => {
      const { origin, authorization } = request.headers;
      if (origin !== undefined && allowedOrigins && !allowedOrigins.includes(origin)) {
        return refuse(reply, 403, "permission_denied", "wrong_origin", "pages of this origin may not call");
      }
      const caller = gate.identify(authorization);
      if (caller === undefined) {
        reply.header("www-authenticate", "Bearer");
        return refuse(reply, 401, "unauthenticated", "unknown_key", "send a client key: Authorization: Bearer <key>");
      }
      if (Number(request.headers["content-length"] ?? 0) > maxRequestBytes) {
        reply.header("connection", "close");
        return refuse(reply, 413, "resource_exhausted", "too_large", `a request has at most ${maxRequestBytes} bytes`);
      }
      callers.set(request, caller);
    });
    // Not every method of the service is served, and a client should hear so in words it knows.
    const refuseMethod = async (_request: FastifyRequest, reply: FastifyReply) =>
      sendError(reply, 501, "unimplemented", "this endpoint does not serve the method");
    scope.all(`/${ResolveService.typeName}/:method`, { onRequest: refuseMethod }, refuseMethod);
    await scope.register(fastifyConnectPlugin, {
      routes: (router) => addResolveService(router, parts),
      grpc: false,
      readMaxBytes: maxRequestBytes,
      binaryOptions: { readUnknownFields: false },
      interceptors: [logUnexpected(app)],
      contextValues: (request) => createContextValues().set(callerKey, callers.get(request)),
    });
  });
}

/** Logs what no part of the service threw on purpose; callers are told nothing but "internal". */
export function logUnexpected(app: FastifyInstance): Interceptor {
  return (next) => async (request) => {
    try {
      return await next(request);
    } catch (error) {
      if (error instanceof ConnectError) throw error;
      app.log.error({ err: error, method: request.method.name }, "a call failed unexpectedly");
      throw internalError(error);
    }
  };
}

const internalError = (cause: unknown): ConnectError =>
  new ConnectError("internal error", Code.Internal, undefined, undefined, cause);
