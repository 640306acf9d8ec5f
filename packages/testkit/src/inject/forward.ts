/** Sends a seen request to the upstream. @module */
import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { buffer } from "node:stream/consumers";
import type { RequestHead, SeenRequest } from "./seen-request.js";

/** An answer of the upstream, read whole. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** Opens a request on a connection of its own; nothing of its body is sent yet. */
export function openUpstream({ method, path, headers }: RequestHead, target: string): ClientRequest {
  const url = new URL(path, target);
  const open = url.protocol === "https:" ? requestHttps : requestHttp;
  return open(url, { method, headers: { ...headers, host: url.host }, agent: false });
}

/**
 * Delivers a request and resolves once the head of the answer is there.
 *
 * @throws Error of the socket, if there is no answer.
 */
export function deliver(seen: SeenRequest, target: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    openUpstream(seen, target).on("response", resolve).on("error", reject).end(seen.body);
  });
}

/** Delivers a request and reads the whole answer. */
export async function forward(seen: SeenRequest, target: string): Promise<UpstreamAnswer> {
  const answer = await deliver(seen, target);
  return { status: answer.statusCode ?? 502, headers: answer.headers, body: await buffer(answer) };
}
