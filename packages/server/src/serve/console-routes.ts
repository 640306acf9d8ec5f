/** Serves the console: its page and modules under a strict policy, and the data it polls for. @module */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ConsoleAsset } from "../console-assets.js";
import { type ConsoleParts, consoleData } from "../report/console-data.js";
import { rolloutStatus } from "../rollout/rollout-status.js";
import { sendError } from "./send-error.js";

/** Nothing but the console's own files: no inline script or style, no frame, no form, no other origin. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const loopbackNames = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

interface AudienceQuery {
  readonly audience?: string;
}

/**
 * Adds `GET /console`, its modules, `GET /console/data`, `GET /console/rollout` and `GET /console/flags`, the last three as JSON for `?audience=`.
 *
 * @param loopbackOnly - Answer only requests that name this machine: a foreign page cannot read the console through a host name
 * that it points here.
 */
export function addConsoleRoutes(
  app: FastifyInstance,
  assets: readonly ConsoleAsset[],
  parts: ConsoleParts,
  loopbackOnly: boolean,
): void {
  app.register(async (scope) => {
    scope.addHook("onRequest", async (request: FastifyRequest, reply: FastifyReply) => {
      if (!loopbackOnly || loopbackNames.test(request.headers.host ?? "")) return;
      return sendError(reply, 421, "permission_denied", "the console answers to localhost only");
    });
    scope.addHook("onSend", async (_request, reply) => {
      reply.header("content-security-policy", contentSecurityPolicy);
      reply.header("x-content-type-options", "nosniff");
      reply.header("referrer-policy", "no-referrer");
      reply.header("cross-origin-opener-policy", "same-origin");
      reply.header("cross-origin-resource-policy", "same-origin");
    });
    const page = assets.filter(({ path }) => path === "/console").map((asset) => ({ ...asset, path: "/console/" }));
    for (const { path, type, bytes, etag } of [...assets, ...page]) {
      scope.get(path, (request, reply) => {
        reply.header("etag", etag).header("cache-control", "no-cache");
        return request.headers["if-none-match"] === etag ? reply.code(304).send() : reply.type(type).send(bytes);
      });
    }
    scope.get<{ Querystring: AudienceQuery }>("/console/data", async (request, reply) =>
      reply.header("cache-control", "no-store").send(await consoleData(parts, request.query.audience)),
    );
    scope.get<{ Querystring: AudienceQuery }>("/console/rollout", async (request, reply) => {
      const status = await rolloutStatus(parts, request.query.audience ?? "");
      if (status === undefined) return sendError(reply, 404, "not_found", "nothing is published for this audience");
      return reply.header("cache-control", "no-store").send(status);
    });
    scope.get<{ Querystring: AudienceQuery }>("/console/flags", async (request, reply) => {
      await parts.views.settled();
      const view = parts.views.view(request.query.audience ?? "");
      if (view === undefined) return sendError(reply, 404, "not_found", "nothing is published for this audience");
      return reply.header("cache-control", "no-store").send({ sha256: view.manifest.sha256, flags: view.flags });
    });
  });
}
