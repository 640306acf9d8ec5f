/** How the endpoint says no over plain HTTP: JSON with a code and a sentence, as Connect does. @module */
import type { FastifyReply } from "fastify";
import { type Denial, wordDenial } from "../receive/refusal.js";

/**
 * Answers with `{ "code", "message" }`, never to be cached.
 *
 * @param code - One of Connect's, such as "not_found".
 */
export function sendError(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).header("cache-control", "no-store").send({ code, message });
}

/** Answers a request that is not taken, with its refusal code beside Connect's own. */
export function sendDenial(reply: FastifyReply, denial: Denial): FastifyReply {
  const { status, code, message, headers } = wordDenial(denial);
  return sendError(reply.headers(headers), status, code, message);
}
