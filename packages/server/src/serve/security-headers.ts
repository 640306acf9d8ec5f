/** What browsers are told about every answer: that it is data, and nobody else's. @module */
import type { FastifyInstance } from "fastify";

/** The console has a policy of its own, which takes the place of this one. */
export const securityHeaders: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
};

/**
 * Sets the headers on every answer with a body. A 304 tells a browser to go on with what it has, headers included: it repeats none,
 * and stays as short as polls must be.
 */
export function addSecurityHeaders(app: FastifyInstance): void {
  app.addHook("onRequest", async (_request, reply) => {
    reply.headers(securityHeaders);
  });
  app.addHook("onSend", async (_request, reply) => {
    if (reply.statusCode === 304) for (const name of Object.keys(securityHeaders)) reply.removeHeader(name);
  });
}
