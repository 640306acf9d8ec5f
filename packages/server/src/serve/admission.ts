/** Decides by a request's head whether it is taken: the endpoint's load, everybody's rate, the key, and the rate of whoever has it. @module */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "../clock.js";
import type { Caller, Gate } from "../credential.js";
import type { Metrics } from "../metrics.js";
import { type RefusalCode, refusalHeader } from "../receive/refusal.js";
import type { LoadGuard, ShedReason } from "./load-guard.js";
import type { RateCounter } from "./rate-limits.js";
import { sendError } from "./send-error.js";

/** What deciding needs. */
export interface AdmissionParts {
  readonly gate: Gate;
  readonly rates: RateCounter;
  readonly guard: LoadGuard;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** Each answers the request if it is not taken. */
export interface Admission {
  /** Whether the endpoint takes any request now. */
  takesMore(reply: FastifyReply): boolean;
  /** Who presents a known key and may call now, from where they call; undefined when the request was answered. */
  callerOf(request: FastifyRequest, reply: FastifyReply): Caller | undefined;
  /** Whether there is room for the request's body; held until the answer was sent. */
  takesBody(request: FastifyRequest, reply: FastifyReply): boolean;
}

/** Clients wait longer by themselves when they are refused again. */
const shedRetryMs = 2_000;
/** What a body without a length is reckoned as, and what a compressed one is reckoned to grow by. */
const unknownBytes = 256 * 1024;
const expansion = 8;
const maxDecodedBytes = 4 * 1024 * 1024;

/** Puts the checks together. */
export function createAdmission({ gate, rates, guard, metrics, clock }: AdmissionParts): Admission {
  const shed = (reply: FastifyReply, reason: ShedReason): false => {
    metrics.requestShed(reason);
    sendLater(reply, 503, "overloaded", "the endpoint has too much to do; come again later", shedRetryMs);
    return false;
  };
  const tooOften = (reply: FastifyReply, client: string, waitMs: number): void => {
    metrics.rateLimited(client);
    sendLater(reply, 429, "rate_limited", "too many requests; come again later", waitMs);
  };
  return {
    takesMore(reply) {
      const reason = guard.reason();
      if (reason) return shed(reply, reason);
      const waitMs = rates.total(clock.nowMs());
      if (waitMs > 0) tooOften(reply, "all", waitMs);
      return waitMs === 0;
    },
    callerOf(request, reply) {
      const caller = gate.identify(request.headers.authorization);
      if (caller === undefined) {
        const waitMs = rates.address(request.ip, clock.nowMs());
        if (waitMs > 0) tooOften(reply, "unknown", waitMs);
        else sendUnknownKey(reply);
        return undefined;
      }
      const { origin } = request.headers;
      if (origin !== undefined && caller.origins && !caller.origins.has(origin)) {
        refuse(reply, 403, "permission_denied", "wrong_origin", "pages of this origin may not use the key");
        return undefined;
      }
      const waitMs = rates.client(caller.client, clock.nowMs());
      if (waitMs > 0) tooOften(reply, caller.client, waitMs);
      return waitMs > 0 ? undefined : caller;
    },
    takesBody(request, reply) {
      const done = guard.enter(decodedBytes(request));
      if (done === undefined) return shed(reply, "in_flight");
      reply.raw.once("close", done);
      return true;
    },
  };
}

/** Answers with a {@link RefusalCode} beside Connect's own. */
export function refuse(reply: FastifyReply, status: number, code: string, refusal: RefusalCode, detail: string): void {
  sendError(reply.header(refusalHeader, refusal), status, code, `${refusal}: ${detail}`);
}

function sendLater(reply: FastifyReply, status: 429 | 503, refusal: RefusalCode, detail: string, waitMs: number): void {
  reply.header("retry-after", String(Math.ceil(waitMs / 1_000)));
  refuse(reply, status, status === 429 ? "resource_exhausted" : "unavailable", refusal, detail);
}

function sendUnknownKey(reply: FastifyReply): void {
  reply.header("www-authenticate", "Bearer");
  refuse(reply, 401, "unauthenticated", "unknown_key", "send a client key: Authorization: Bearer <key>");
}

/** How many bytes a body may turn out to have. */
function decodedBytes({ headers }: FastifyRequest): number {
  const { "content-length": length, "content-encoding": encoding = "identity" } = headers;
  if (length === undefined) return "transfer-encoding" in headers ? unknownBytes : 0;
  return Math.min(Number(length) * (encoding === "identity" ? 1 : expansion), maxDecodedBytes);
}
