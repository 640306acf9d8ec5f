/** How the endpoint says no over plain HTTP: JSON with a code and a sentence, as Connect does. @module */
import type { FastifyReply } from "fastify";

/**
 * Answers with `{ "code", "message" }`, never to be cached.
 *
 * @param code - One of Connect's, such as "not_found".
 */
export function sendError(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).header("cache-control", "no-store").send({ code, message });
}
