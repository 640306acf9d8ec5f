/** Decides by a request's head whether it is taken: the endpoint's load, everybody's rate, the key, and the rate of whoever has it. @module */
import type { IncomingHttpHeaders } from "node:http";
import type { Clock } from "../clock.js";
import type { Caller, Gate } from "../credential.js";
import type { Metrics } from "../metrics.js";
import type { Denial } from "../receive/refusal.js";
import type { LoadGuard, ShedReason } from "./load-guard.js";
import type { RateCounter } from "./rate-limits.js";

/** What deciding needs. */
export interface AdmissionParts {
  readonly gate: Gate;
  readonly rates: RateCounter;
  readonly guard: LoadGuard;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** What is known of a request before its body is read, in HTTP/1.1 as in HTTP/2. */
export interface RequestHead {
  readonly headers: IncomingHttpHeaders;
  /** The address that it comes from. */
  readonly ip: string;
}

/** What is not taken is counted, and denied in the words of whichever protocol was spoken. */
export interface Admission {
  /** Undefined while the endpoint can take anything at all. */
  overload(): Denial | undefined;
  /** Undefined while it can take more of what everybody together may ask for. */
  takesMore(): Denial | undefined;
  /** Who presents a known key and may call now, from where they call. */
  callerOf(head: RequestHead): Caller | Denial;
  /** Makes room for the request's body; the returned function gives it back. */
  takesBody(head: RequestHead): (() => void) | Denial;
}

/** Clients wait longer by themselves when they are refused again. */
const shedRetryMs = 2_000;
/** What a body without a length is reckoned as, and what a compressed one is reckoned to grow by. */
const unknownBytes = 256 * 1024;
const expansion = 8;
const maxDecodedBytes = 4 * 1024 * 1024;

const unknownKey: Denial = { refusal: "unknown_key", detail: "send a client key: Authorization: Bearer <key>" };
const wrongOrigin: Denial = { refusal: "wrong_origin", detail: "pages of this origin may not use the key" };

/** Puts the checks together. */
export function createAdmission({ gate, rates, guard, metrics, clock }: AdmissionParts): Admission {
  const shed = (reason: ShedReason): Denial => {
    metrics.requestShed(reason);
    const detail = "the endpoint has too much to do; come again later";
    return { refusal: "overloaded", detail, retryAfterMs: shedRetryMs };
  };
  /** Undefined when there is nothing to wait for. */
  const tooOften = (client: string, waitMs: number): Denial | undefined => {
    if (waitMs <= 0) return undefined;
    metrics.rateLimited(client);
    return { refusal: "rate_limited", detail: "too many requests; come again later", retryAfterMs: waitMs };
  };
  const overload = (): Denial | undefined => {
    const reason = guard.reason();
    return reason && shed(reason);
  };
  return {
    overload,
    takesMore: () => overload() ?? tooOften("all", rates.total(clock.nowMs())),
    callerOf({ headers, ip }) {
      const caller = gate.identify(headers.authorization);
      if (caller === undefined) return tooOften("unknown", rates.address(ip, clock.nowMs())) ?? unknownKey;
      const { origin } = headers;
      if (origin !== undefined && caller.origins && !caller.origins.has(origin)) return wrongOrigin;
      return tooOften(caller.client, rates.client(caller.client, clock.nowMs())) ?? caller;
    },
    takesBody: ({ headers }) => guard.enter(decodedBytes(headers)) ?? shed("in_flight"),
  };
}

/** How many bytes a body may turn out to have. In HTTP/2, any request may have one. */
function decodedBytes(headers: IncomingHttpHeaders): number {
  const { "content-length": length, "content-encoding": encoding = "identity" } = headers;
  if (length === undefined) return "transfer-encoding" in headers || ":path" in headers ? unknownBytes : 0;
  return Math.min(Number(length) * (encoding === "identity" ? 1 : expansion), maxDecodedBytes);
}
