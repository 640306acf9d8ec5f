/** Who may see the console: whoever has its token, or, where it has none, whoever sits at the machine. @module */
import { createHash, timingSafeEqual } from "node:crypto";
import { FlagError } from "@aplomb/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "../clock.js";
import { bearerKey } from "../credential.js";
import { networkOf } from "./network-of.js";
import { sendError } from "./send-error.js";

/** Lets requests to the console's data pass, or answers them. */
export interface ConsoleGate {
  /** Whether a token is asked for. */
  readonly needsToken: boolean;
  /** Whether the request may go on; where it may not it has been answered. */
  admits(request: FastifyRequest, reply: FastifyReply): boolean;
}

const sha256Pattern = /^[0-9a-f]{64}$/;
const loopbackNames = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;
/** What proxies add: behind one the port is not this machine's alone, whatever the host name says. */
const proxyHeaders = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"] as const;

/** Wrong tokens that one network may send within the time before it has to wait. */
const maxFailures = 10;
const failureWindowMs = 60_000;
/** Networks whose failures are remembered. */
const maxNetworks = 1_000;

/** Which console an endpoint has. */
export interface ConsoleOptions {
  /** Default: where it has a token, and on a loopback host. */
  readonly console?: boolean;
  /** Lower-case hex SHA-256 of the console's token. */
  readonly consoleTokenSha256?: string;
  /** The address that the endpoint listens on. Default: 127.0.0.1. */
  readonly host?: string;
}

/**
 * The gate of an endpoint's console; undefined for an endpoint without one.
 *
 * @throws FlagError `OPTION` for a console that would be open to whoever reaches the host, and as {@link createConsoleGate} does.
 */
export function consoleGateOf(options: ConsoleOptions, clock: Clock): ConsoleGate | undefined {
  const { host = "127.0.0.1", consoleTokenSha256 } = options;
  const gate = createConsoleGate(consoleTokenSha256, clock);
  const isSafe = gate.needsToken || isLoopback(host);
  if (!(options.console ?? isSafe)) return undefined;
  if (isSafe) return gate;
  const remedy = "set consoleTokenSha256 to the SHA-256 of a long random token, or console to false";
  throw new FlagError("OPTION", `the console would be open to whoever reaches ${host}: ${remedy}`);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * A gate for a token, of which only the hash is kept.
 *
 * @param tokenSha256 - Lower-case hex SHA-256 of the token's text; undefined: no token, and only requests that name this machine
 * are answered, so that no foreign page reads the console through a host name that it points here, and no proxy passes it on.
 * @throws FlagError `OPTION` for anything but a hash.
 */
function createConsoleGate(tokenSha256: string | undefined, clock: Clock): ConsoleGate {
  if (tokenSha256 === undefined) return { needsToken: false, admits: admitsThisMachine };
  if (!sha256Pattern.test(tokenSha256)) {
    throw new FlagError(
      "OPTION",
      "consoleTokenSha256: expected the lower-case hex SHA-256 of the token, 64 characters: printf %s TOKEN | sha256sum",
    );
  }
  const expected = Buffer.from(tokenSha256, "hex");
  const failures = createFailureCounter(clock);
  return {
    needsToken: true,
    admits(request, reply) {
      const network = networkOf(request.ip);
      const waitMs = failures.waitMs(network);
      if (waitMs > 0) {
        reply.header("retry-after", Math.ceil(waitMs / 1_000));
        sendError(reply, 429, "resource_exhausted", "too many wrong tokens from this address; wait a minute");
        return false;
      }
      const token = bearerKey(request.headers.authorization);
      if (token !== undefined && timingSafeEqual(expected, createHash("sha256").update(token).digest())) return true;
      if (request.headers.authorization !== undefined) {
        failures.add(network);
        request.log.warn({ address: request.ip }, "a wrong console token was sent");
      }
      sendError(reply.header("www-authenticate", "Bearer"), 401, "unauthenticated", "send the console's token");
      return false;
    },
  };
}

function admitsThisMachine(request: FastifyRequest, reply: FastifyReply): boolean {
  const isProxied = proxyHeaders.some((name) => request.headers[name] !== undefined);
  if (!isProxied && loopbackNames.test(request.headers.host ?? "")) return true;
  sendError(reply, 421, "permission_denied", "without a token, the console answers to localhost only");
  return false;
}

interface FailureCounter {
  /** How long until the network may try again; 0: now. */
  waitMs(network: string): number;
  add(network: string): void;
}

function createFailureCounter(clock: Clock): FailureCounter {
  const counts = new Map<string, { count: number; readonly sinceMs: number }>();
  const current = (network: string): { count: number; readonly sinceMs: number } | undefined => {
    const entry = counts.get(network);
    if (entry && Math.abs(clock.nowMs() - entry.sinceMs) < failureWindowMs) return entry;
    counts.delete(network);
    return undefined;
  };
  return {
    waitMs(network) {
      const entry = current(network);
      return entry && entry.count >= maxFailures ? entry.sinceMs + failureWindowMs - clock.nowMs() : 0;
    },
    add(network) {
      const entry = current(network) ?? { count: 0, sinceMs: clock.nowMs() };
      entry.count += 1;
      counts.set(network, entry);
      if (counts.size > maxNetworks) counts.delete(counts.keys().next().value ?? "");
    },
  };
}
