/** Puts the Connect service on the HTTP port: who may call, from where, with how many bytes. @module */
import { ResolveService } from "@aplomb/proto/resolve-service";
import { Code, ConnectError, createContextValues, type Interceptor } from "@connectrpc/connect";
import { fastifyConnectPlugin } from "@connectrpc/connect-fastify";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Caller } from "../credential.js";
import type { Denial } from "../receive/refusal.js";
import { addResolveService, callerKey, type ServiceParts } from "../resolve-service.js";
import type { Admission } from "./admission.js";
import { createUnreadableAnswers } from "./answer-unreadable.js";
import { sendDenial, sendError } from "./send-error.js";

/** The largest request that is read: 4 MiB for a batch, and what wraps it. */
export const maxRequestBytes: number = 4 * 1024 * 1024 + 1_024;

const tooLarge: Denial = { refusal: "too_large", detail: `a request has at most ${maxRequestBytes} bytes` };

/** What the routes need beside the service. */
export interface ResolveRoutesParts extends ServiceParts {
  readonly admission: Admission;
}

/**
 * Adds the service, for the Connect and gRPC-Web protocols.
 *
 * A call without a known key, from a foreign origin or with too long a body is answered before its body is read.
 */
export function addResolveRoutes(app: FastifyInstance, parts: ResolveRoutesParts): void {
  const { admission } = parts;
  const callers = new WeakMap<FastifyRequest, Caller>();
  const unreadable = createUnreadableAnswers();

  app.register(async (scope) => {
    scope.addHook("onRequest", async (request, reply) => {
      const caller = admission.callerOf(request);
      if ("refusal" in caller) return sendDenial(reply, caller);
      if (Number(request.headers["content-length"] ?? 0) > maxRequestBytes) {
        return sendDenial(reply.header("connection", "close"), tooLarge);
      }
      const done = admission.takesBody(request);
      if ("refusal" in done) return sendDenial(reply, done);
      reply.raw.once("close", done);
      callers.set(request, caller);
      return undefined;
    });
    // Not every method of the service is served, and a client should hear so in words it knows.
    const refuseMethod = async (_request: FastifyRequest, reply: FastifyReply) =>
      sendError(reply, 501, "unimplemented", "this endpoint does not serve the method");
    scope.all(`/${ResolveService.typeName}/:method`, { onRequest: refuseMethod }, refuseMethod);
    await scope.register(fastifyConnectPlugin, {
      routes(router) {
        addResolveService(router, parts);
        unreadable.mend(router);
      },
      grpc: false,
      readMaxBytes: maxRequestBytes,
      binaryOptions: { readUnknownFields: false },
      interceptors: [unreadable.interceptor, logUnexpected(app)],
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
