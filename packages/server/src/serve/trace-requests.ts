/** Traces requests: a span for each, named by method and route, with nothing that a client sent. @module */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { SpanTracer, TraceSpan } from "../tracer.js";

/** Adds the hooks; attribute names are those of OpenTelemetry's conventions for HTTP. */
export function traceRequests(app: FastifyInstance, tracer: SpanTracer): void {
  const spans = new WeakMap<FastifyRequest, TraceSpan>();
  app.addHook("onRequest", async (request) => {
    const route = request.routeOptions.url ?? "none";
    const attributes = { "http.request.method": request.method, "http.route": route };
    spans.set(request, tracer.startSpan(`${request.method} ${route}`, { attributes }));
  });
  app.addHook("onResponse", async (request, reply) => {
    const span = spans.get(request);
    const status = reply.raw.statusCode;
    span?.setAttribute("http.response.status_code", status);
    if (status >= 500) span?.setStatus({ code: 2 });
    span?.end();
  });
}
