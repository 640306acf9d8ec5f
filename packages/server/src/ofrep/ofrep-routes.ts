/** The OpenFeature Remote Evaluation Protocol, so that every language with OpenFeature can ask the endpoint. @module */
import { createHash } from "node:crypto";
import type { JsonObject } from "@aplomb/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { answerFlags } from "../answer/answer-flags.js";
import type { AnswerSet } from "../answer/answer-sets.js";
import { type AnsweringParts, maxResolveBytes } from "../answer/resolve-flags.js";
import type { Admission } from "../serve/admission.js";
import { sendDenial } from "../serve/send-error.js";
import { configuration } from "./configuration.js";
import { type OfrepFailure, ofrepAnswer } from "./ofrep-answer.js";

/** What the routes need. */
export interface OfrepParts extends AnsweringParts {
  readonly admission: Admission;
}

/** The protocol knows no audiences: a key that opens several says in this header which one is meant. */
export const audienceHeader: "aplomb-audience" = "aplomb-audience";
/** Where the protocol lets a key stand. */
export const apiKeyHeader: "x-api-key" = "x-api-key";

/**
 * Adds `POST /ofrep/v1/evaluate/flags/:key`, `POST /ofrep/v1/evaluate/flags` and `GET /ofrep/v1/configuration`.
 *
 * The key comes as `Authorization: Bearer` or as `X-API-Key`. Nothing is exposed: evaluating is not meeting. Who may not call is
 * answered as on all other routes: for that the protocol names statuses and `Retry-After`, and no body.
 */
export function addOfrepRoutes(app: FastifyInstance, parts: OfrepParts): void {
  app.register(async (scope) => {
    const audiences = new WeakMap<FastifyRequest, string>();
    scope.addHook("onRequest", async (request, reply) => {
      const audience = admit(request, reply, parts.admission);
      if (audience === undefined) return reply;
      audiences.set(request, audience);
      return undefined;
    });
    readPlainJson(scope);
    scope.setErrorHandler((error, _request, reply) => answerError(reply, error));
    const setFor = (request: FastifyRequest): Promise<AnswerSet | undefined> =>
      parts.answerSets.of(audiences.get(request) ?? "");
    const config = { cors: { exposedHeaders: "ETag" } };
    const bodyLimit = maxResolveBytes;

    scope.post<{ Params: { key: string } }>(
      "/ofrep/v1/evaluate/flags/:key",
      { config, bodyLimit },
      async (request, reply) => {
        const { key } = request.params;
        const context = contextOf(request.body);
        if (context === undefined) return fail(reply, 400, { key, ...noContext });
        const set = await setFor(request);
        if (set === undefined) return fail(reply, 503, { key, ...notPublished });
        const flagKey = key.split(".", 1)[0] ?? "";
        const answers = await answerFlags(set, [flagKey], context, answering(parts));
        const details = answers.get(flagKey);
        if (details === undefined) return fail(reply, 404, { key, ...notFound });
        const answer = ofrepAnswer(key, details);
        return "errorCode" in answer ? fail(reply, 400, answer) : send(reply, answer);
      },
    );

    scope.post("/ofrep/v1/evaluate/flags", { config, bodyLimit }, async (request, reply) => {
      const context = contextOf(request.body);
      if (context === undefined) return fail(reply, 400, noContext);
      const set = await setFor(request);
      if (set === undefined) return fail(reply, 503, notPublished);
      const answers = await answerFlags(set, undefined, context, answering(parts));
      const flags = [...answers].map(([key, details]) => ofrepAnswer(key, details));
      return sendTagged(request, reply, { flags, metadata: { bundleVersion: set.visible.bundleVersion } });
    });

    scope.get("/ofrep/v1/configuration", { config }, (request, reply) => sendTagged(request, reply, configuration));
  });
}

const noContext = { errorCode: "INVALID_CONTEXT", errorDetails: 'send { "context": { … } }: the context is an object' };
const notPublished = { errorCode: "PROVIDER_NOT_READY", errorDetails: "nothing is published for this audience yet" };
const notFound = { errorCode: "FLAG_NOT_FOUND", errorDetails: "the audience has no such flag" };

const answering = ({ clock, stickyRecords }: OfrepParts) => ({ nowMs: clock.nowMs(), stickyRecords });

/** The audience that the caller asks about; undefined if the request has been answered. */
function admit(request: FastifyRequest, reply: FastifyReply, admission: Admission): string | undefined {
  const { headers, ip } = request;
  const caller = admission.callerOf({ headers: { ...headers, authorization: keyHeader(request) }, ip });
  if ("refusal" in caller) {
    sendDenial(reply, caller);
    return undefined;
  }
  const named = headers[audienceHeader];
  const [only, ...others] = caller.audiences;
  if (named === undefined && others.length > 0) {
    const errorDetails = `the key opens several audiences: name one in the header ${audienceHeader}`;
    fail(reply, 400, { errorCode: "GENERAL", errorDetails });
    return undefined;
  }
  const audience = named ?? only;
  if (typeof audience !== "string" || !caller.audiences.has(audience)) {
    sendDenial(reply, { refusal: "wrong_audience", detail: "the key does not open this audience" });
    return undefined;
  }
  const done = admission.takesBody(request);
  if ("refusal" in done) {
    sendDenial(reply, done);
    return undefined;
  }
  reply.raw.once("close", done);
  return audience;
}

/** The key as other routes take it: the protocol's API key stands for a bearer's. */
function keyHeader({ headers }: FastifyRequest): string | undefined {
  const apiKey = headers[apiKeyHeader];
  return headers.authorization || (typeof apiKey === "string" ? `Bearer ${apiKey}` : undefined);
}

/** An attribute may be called `__proto__`; as evaluation reads own fields only, there is nothing to refuse. */
function readPlainJson(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    "application/json",
    { parseAs: "string" },
    async (_request: FastifyRequest, body: string) => (body === "" ? undefined : JSON.parse(body)),
  );
}

/** The context of a request's body; undefined if it is none. */
function contextOf(body: unknown): JsonObject | undefined {
  if (body === undefined || body === null) return {};
  if (typeof body !== "object" || Array.isArray(body)) return undefined;
  const context: unknown = Object.hasOwn(body, "context") ? (body as { readonly context: unknown }).context : {};
  return typeof context === "object" && context !== null && !Array.isArray(context)
    ? (context as JsonObject)
    : undefined;
}

function answerError(reply: FastifyReply, error: unknown): FastifyReply {
  const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : 0;
  if (error instanceof SyntaxError || status === 400) {
    return fail(reply, 400, { errorCode: "PARSE_ERROR", errorDetails: "the body is not JSON" });
  }
  if (status > 400 && status < 500) {
    return fail(reply, status, {
      errorCode: "PARSE_ERROR",
      errorDetails: "the body is too long, or not JSON by its type",
    });
  }
  reply.log.error({ err: error }, "an evaluation failed unexpectedly");
  return fail(reply, 500, { errorCode: "GENERAL", errorDetails: "internal error" });
}

function fail(reply: FastifyReply, status: number, failure: OfrepFailure): FastifyReply {
  return send(reply.code(status), failure);
}

/** Sends what may be asked for again with its tag. What decides may have changed without a new version: only the answer knows. */
function sendTagged(request: FastifyRequest, reply: FastifyReply, answer: object): FastifyReply {
  const body = JSON.stringify(answer);
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  reply.header("etag", etag);
  const tags = request.headers["if-none-match"]?.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  if (tags?.includes(etag)) return reply.code(304).header("cache-control", "no-store").send();
  return send(reply, body);
}

function send(reply: FastifyReply, answer: object | string): FastifyReply {
  return reply
    .header("cache-control", "no-store")
    .type("application/json; charset=utf-8")
    .send(typeof answer === "string" ? answer : JSON.stringify(answer));
}
