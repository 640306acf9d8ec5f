/** Serves manifests, bundles and roots as plain, cacheable HTTP. @module */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { EVERYBODY } from "@aplomb/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isAudience } from "../audience.js";
import type { Gate } from "../credential.js";
import type { Publication } from "../publication.js";
import type { Admission } from "./admission.js";
import { sendDenial, sendError } from "./send-error.js";

const envelopeType = "application/vnd.aplomb.envelope.v1+protobuf";
const bundleType = "application/vnd.aplomb.bundle.v1+protobuf";
const oneYear = "max-age=31536000, immutable";
/** Below this, compression costs more than it saves. */
const minGzipBytes = 1_024;

const compress = promisify(gzip);

/** Pages may read the entity tag; everything else they may read anyway. */
const config = { cors: { exposedHeaders: "ETag" } };

interface AudienceParams {
  readonly audience: string;
}

/** What serving artefacts needs. */
export interface ArtefactParts {
  readonly publication: Publication;
  readonly gate: Gate;
  readonly admission: Admission;
}

/** Adds `GET /v1/:audience/manifest`, the same with `/:ring` for early rings, `GET /v1/:audience/b/:sha256` and `GET /v1/root/:version`. */
export function addArtefactRoutes(app: FastifyInstance, parts: ArtefactParts): void {
  const { publication, gate } = parts;
  const compressed = new WeakMap<Uint8Array, Promise<Uint8Array>>();

  const serveManifest = (request: FastifyRequest, reply: FastifyReply, audience: string, ring: number) => {
    if (!admit(request, reply, audience, parts)) return reply;
    const manifest = isAudience(audience) ? publication.manifest(audience, ring) : undefined;
    if (manifest === undefined) return notFound(reply, "nothing is published for this audience");
    reply.header("etag", manifest.etag).header("cache-control", `${scopeOf(audience, gate)}, no-cache`);
    if (matches(request.headers["if-none-match"], manifest.etag)) return reply.code(304).send();
    return send(reply, envelopeType, manifest.bytes);
  };

  app.get<{ Params: AudienceParams }>("/v1/:audience/manifest", { config }, (request, reply) =>
    serveManifest(request, reply, request.params.audience, EVERYBODY),
  );

  app.get<{ Params: AudienceParams & { ring: string } }>(
    "/v1/:audience/manifest/:ring",
    { config },
    (request, reply) => {
      const { audience, ring } = request.params;
      if (!/^[1-9]$/.test(ring)) return notFound(reply, "there is no such ring");
      return serveManifest(request, reply, audience, Number(ring));
    },
  );

  app.get<{ Params: AudienceParams & { sha256: string } }>(
    "/v1/:audience/b/:sha256",
    { config },
    async (request, reply) => {
      const { audience, sha256 } = request.params;
      if (!admit(request, reply, audience, parts)) return reply;
      const bundle = isAudience(audience) ? await publication.bundle(audience, sha256) : undefined;
      if (bundle === undefined) return notFound(reply, "there is no such bundle");
      reply.header("cache-control", `${scopeOf(audience, gate)}, ${oneYear}`);
      if (bundle.length < minGzipBytes) return send(reply, bundleType, bundle);
      addVary(reply, "Accept-Encoding");
      if (!/\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""))) return send(reply, bundleType, bundle);
      const bytes = compressed.get(bundle) ?? compress(bundle, { level: 9 });
      compressed.set(bundle, bytes);
      return send(reply.header("content-encoding", "gzip"), bundleType, await bytes);
    },
  );

  app.get<{ Params: { version: string } }>("/v1/root/:version", { config }, async (request, reply) => {
    const { version } = request.params;
    const root = /^[1-9]\d{0,15}$/.test(version) ? await publication.root(Number(version)) : undefined;
    if (root === undefined) return notFound(reply, "there is no such root");
    return send(reply.header("cache-control", `public, ${oneYear}`), envelopeType, root);
  });
}

/** Whether the request may read the audience's artefacts; if not, it has been answered. */
function admit(request: FastifyRequest, reply: FastifyReply, audience: string, parts: ArtefactParts): boolean {
  if (parts.gate.isPublic(audience)) return true;
  const caller = parts.admission.callerOf(request);
  if ("refusal" in caller) sendDenial(reply, caller);
  else if (caller.audiences.has(audience)) return true;
  else sendDenial(reply, { refusal: "wrong_audience", detail: "the key does not open this audience" });
  return false;
}

const scopeOf = (audience: string, gate: Gate): string => (gate.isPublic(audience) ? "public" : "private");

function notFound(reply: FastifyReply, message: string): FastifyReply {
  return sendError(reply, 404, "not_found", message);
}

function send(reply: FastifyReply, type: string, bytes: Uint8Array): FastifyReply {
  return reply.type(type).send(bytes);
}

/** Adds a name to `Vary`, beside those that other parts have put there. */
function addVary(reply: FastifyReply, name: string): void {
  const before = reply.getHeader("vary");
  reply.header("vary", before === undefined ? name : `${before}, ${name}`);
}

/** Whether an `If-None-Match` header names a tag; compared weakly, as conditional GETs are. */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === "*") return true;
  return ifNoneMatch.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
}
