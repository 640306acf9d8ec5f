/** Tells browsers which pages may call and read what. @module */
import { cors as connectCors } from "@connectrpc/connect";
import fastifyCors, { type FastifyCorsOptions } from "@fastify/cors";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Gate, Origins } from "../credential.js";
import { apiKeyHeader, audienceHeader } from "../ofrep/ofrep-routes.js";
import { refusalHeader } from "../receive/refusal.js";

const fixed: FastifyCorsOptions = {
  methods: ["GET", "HEAD", "POST"],
  allowedHeaders: [
    ...connectCors.allowedHeaders,
    ...["Authorization", "If-None-Match"],
    ...[apiKeyHeader, audienceHeader],
  ],
  exposedHeaders: [...connectCors.exposedHeaders, refusalHeader, "Retry-After"],
  maxAge: 7_200,
};

/**
 * Adds CORS to a scope, and answers its preflights. Credentials in the sense of browsers, cookies, are never allowed.
 *
 * What an audience publishes may be read from the origins of its keys; calls may be made from the origins of any key, since a
 * preflight names none: the call itself is refused when its key has other origins. Where no key is restricted, every answer is the
 * same for all origins, and caches need not tell them apart.
 */
export async function addCrossOrigin(scope: FastifyInstance, gate: Gate): Promise<void> {
  if (gate.origins === undefined && everyPublic(gate)) {
    await scope.register(fastifyCors, { ...fixed, origin: "*" });
    return;
  }
  await scope.register(fastifyCors, {
    delegator: (request: FastifyRequest, done: (error: Error | null, options?: FastifyCorsOptions) => void) =>
      done(null, { ...fixed, origin: originOption(originsFor(request.url, gate)) }),
  });
}

const everyPublic = ({ audiences, isPublic, originsOf }: Gate): boolean =>
  [...audiences].every((audience) => !isPublic(audience) || originsOf(audience) === undefined);

/** From where the thing at an address may be read. */
function originsFor(url: string, gate: Gate): Origins {
  const audience = /^\/v1\/([a-z0-9._-]+)\//.exec(url)?.[1];
  if (audience === undefined) return gate.origins;
  return audience === "root" ? undefined : gate.originsOf(audience);
}

/** An origin that is not in a list is named nowhere; an empty list allows none. */
function originOption(origins: Origins): string | string[] {
  return origins === undefined ? "*" : [...origins];
}
