/** Serves the console: its page and modules under a strict policy, and the data it asks for. @module */
import type { FastifyInstance } from "fastify";
import type { ConsoleAsset } from "../console-assets.js";
import { clientHealth } from "../report/client-health.js";
import { type ConsoleParts, consoleData, heardWithinMs } from "../report/console-data.js";
import { type ExplainParts, type ExplainQuestion, explainContext } from "../report/explain-context.js";
import type { VersionList } from "../report/version-list.js";
import { rolloutStatus } from "../rollout/rollout-status.js";
import type { Admission } from "./admission.js";
import type { ConsoleGate } from "./console-gate.js";
import { sendDenial, sendError } from "./send-error.js";

/** What the routes need. */
export interface ConsoleRoutesParts extends ConsoleParts, ExplainParts {
  readonly assets: readonly ConsoleAsset[];
  readonly consoleGate: ConsoleGate;
  readonly versions: VersionList;
  readonly admission: Admission;
}

/** Nothing but the console's own files: no inline script or style, no frame, no form, no other origin, no markup from text. */
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
  "trusted-types 'none'",
].join("; ");

/** Beside what every answer has. */
const headers: Readonly<Record<string, string>> = {
  "content-security-policy": contentSecurityPolicy,
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
};

/** A question: a context as large as evaluation looks at, and its JSON escapes. */
const maxQuestionBytes = 256 * 1_024;
/** Questions answered at a time. */
const maxQuestions = 2;
/** Clients shown one by one; the others are in the summary. */
const maxClients = 200;

interface AudienceQuery {
  readonly audience?: string;
}

/**
 * Adds `GET /console` and its modules, open to all since they hold nothing; and for whoever the gate admits, as JSON for
 * `?audience=`: `GET /console/data`, `/console/flags`, `/console/versions`, `/console/rollout`, `/console/clients`, and `POST /console/explain`.
 */
export function addConsoleRoutes(app: FastifyInstance, parts: ConsoleRoutesParts): void {
  app.register(async (scope) => {
    scope.addHook("onSend", async (_request, reply) => void reply.headers(headers));
    scope.addHook("onRequest", async (_request, reply) => {
      const denial = parts.admission.overload();
      return denial && sendDenial(reply, denial);
    });
    addPage(scope, parts);
    scope.register(async (guarded) => {
      guarded.addHook("onRequest", async (request, reply) => {
        if (!parts.consoleGate.admits(request, reply)) return reply;
        reply.header("cache-control", "no-store");
      });
      addReports(guarded, parts);
      addExplain(guarded, parts);
    });
  });
}

function addPage(scope: FastifyInstance, { assets, consoleGate }: ConsoleRoutesParts): void {
  const page = assets.filter(({ path }) => path === "/console").map((asset) => ({ ...asset, path: "/console/" }));
  for (const { path, type, bytes, etag } of [...assets, ...page]) {
    scope.get(path, (request, reply) => {
      if (!consoleGate.needsToken && !consoleGate.admits(request, reply)) return reply;
      reply.header("etag", etag).header("cache-control", "no-cache");
      return request.headers["if-none-match"] === etag ? reply.code(304).send() : reply.type(type).send(bytes);
    });
  }
}

function addReports(scope: FastifyInstance, parts: ConsoleRoutesParts): void {
  const { publication, store, views, clock } = parts;
  scope.get<{ Querystring: AudienceQuery }>("/console/data", async ({ query }) => consoleData(parts, query.audience));
  scope.get<{ Querystring: AudienceQuery }>("/console/flags", async ({ query }, reply) => {
    await views.settled();
    const view = views.view(query.audience ?? "");
    if (view === undefined) return sendError(reply, 404, "not_found", "nothing is published for this audience");
    return { sha256: view.manifest.sha256, flags: view.flags };
  });
  scope.get<{ Querystring: AudienceQuery }>("/console/versions", async ({ query }) => {
    const { audience = "" } = query;
    const sinceMs = clock.nowMs() - heardWithinMs;
    const { versions: running } = await store.instances(audience, sinceMs);
    const reports = await store.instanceReports(audience, sinceMs, maxClients);
    return { nowMs: clock.nowMs(), versions: await parts.versions.list(audience, running, reports) };
  });
  scope.get<{ Querystring: AudienceQuery }>("/console/rollout", async ({ query }, reply) => {
    const status = await rolloutStatus(parts, query.audience ?? "");
    return status ?? sendError(reply, 404, "not_found", "nothing is published for this audience");
  });
  scope.get<{ Querystring: AudienceQuery }>("/console/clients", async ({ query }) => {
    const { audience = "" } = query;
    const nowMs = clock.nowMs();
    const reports = await store.instanceReports(audience, nowMs - heardWithinMs, maxClients);
    const { instances } = await store.instances(audience, nowMs - heardWithinMs);
    return { instances, clients: clientHealth(reports, publication.manifest(audience), nowMs) };
  });
}

function addExplain(scope: FastifyInstance, parts: ConsoleRoutesParts): void {
  let open = 0;
  scope.post("/console/explain", { bodyLimit: maxQuestionBytes }, async (request, reply) => {
    const question = questionIn(request.body);
    if (question === undefined) return sendError(reply, 400, "invalid_argument", "the question cannot be read");
    if (open >= maxQuestions) {
      return sendError(reply.header("retry-after", 1), 429, "resource_exhausted", "other questions are being answered");
    }
    open += 1;
    try {
      return await explainContext(question, parts);
    } finally {
      open -= 1;
    }
  });
}

function questionIn(body: unknown): ExplainQuestion | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const { audience, flag, context, redact } = body as Partial<Record<keyof ExplainQuestion, unknown>>;
  if (typeof audience !== "string" || typeof context !== "string") return undefined;
  if (flag !== undefined && typeof flag !== "string") return undefined;
  return { audience, context, flag, redact: redact === true };
}
