/** One HTTP exchange: bounded in time and in bytes, and read to its end. @module */
import type { FlagErrorCode } from "@aplomb/core";
import { FlagError } from "@aplomb/core/reading";
import type { Clock } from "../clock.js";
import type { Fetch } from "../host.js";
import { RequestError } from "../retry/request-error.js";

/** How long headers, or the next piece of a body, may take. */
const STALL_MS = 5_000;
/** How long all of it may take, unless the caller expects something large. */
const TOTAL_MS = 10_000;
/** How much is read of an answer that says no. */
const REFUSAL_BYTES = 65_536;

/** What an exchange needs of its surroundings. */
export interface ExchangeIo {
  readonly fetch: Fetch;
  readonly clock: Clock;
}

/** How much of a body is read, for which room is made at once, and the code of the error when there is more. */
export interface BodyCap {
  readonly bytes: number;
  readonly code: FlagErrorCode;
  /** How long all of the exchange may take, in milliseconds. Default 10,000. */
  readonly totalMs?: number;
}

/** An answer whose body has been read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/**
 * Sends one request and reads the answer to its end, so that no connection and no keepalive budget stays taken.
 *
 * Sends no cookies, follows no redirect. The request leaves before this function returns its promise.
 *
 * @throws RequestError without a status if there was no complete answer in time; FlagError with the cap's code if the
 * body is longer than the cap.
 */
export async function exchange(
  io: ExchangeIo,
  url: string,
  init: RequestInit & { readonly signal: AbortSignal },
  cap: BodyCap,
): Promise<Answer> {
  const abort = new AbortController();
  let giveUp: (why: string, retryAfterMs?: number) => void = () => {};
  const ended = new Promise<never>((_resolve, reject) => {
    giveUp = (why, retryAfterMs) => {
      reject(new RequestError(`${url}: ${why}`, { retryAfterMs }));
      abort.abort();
    };
  });
  let cancelStall = (): void => {};
  const progress = (): void => {
    cancelStall();
    cancelStall = io.clock.setTimer(() => giveUp(`nothing came for ${STALL_MS} ms`), STALL_MS);
  };
  const { totalMs = TOTAL_MS } = cap;
  // A line that is too slow is left alone for as long as it was busy.
  const cancelTotal = io.clock.setTimer(() => giveUp(`not finished after ${totalMs} ms`, totalMs), totalMs);
  const onAbort = (): void => giveUp("the client was closed");
  init.signal.addEventListener("abort", onAbort);
  try {
    if (init.signal.aborted) onAbort();
    progress();
    return await Promise.race([receive(io.fetch, url, { ...init, signal: abort.signal }, cap, progress), ended]);
  } catch (error) {
    if (error instanceof RequestError) throw error;
    abort.abort();
    throw error instanceof FlagError ? error : new RequestError(`${url}: ${explain(error)}`, { cause: error });
  } finally {
    cancelStall();
    cancelTotal();
    init.signal.removeEventListener("abort", onAbort);
  }
}

async function receive(
  fetch: Fetch,
  url: string,
  init: RequestInit,
  cap: BodyCap,
  progress: () => void,
): Promise<Answer> {
  const response = await fetch(url, { ...init, redirect: "error", credentials: "omit" });
  progress();
  // Pieces are copied at once: a million of one byte each take far more room than they hold.
  const capBytes = response.ok ? cap.bytes : Math.min(cap.bytes, REFUSAL_BYTES);
  const body = new Uint8Array(capBytes);
  let sizeBytes = 0;
  const reader = response.body?.getReader();
  for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
    progress();
    const { length } = piece.value;
    if (sizeBytes + length > capBytes) {
      if (response.ok) throw new FlagError(cap.code, `${url} is longer than ${cap.bytes} bytes`);
      // Why it says no is worth a look, not a lot of memory; the status says what to do.
      await reader?.cancel();
      break;
    }
    body.set(piece.value, sizeBytes);
    sizeBytes += length;
  }
  const { status, headers } = response;
  return { status, headers, body: sizeBytes < cap.bytes ? body.slice(0, sizeBytes) : body };
}

/** What a failed fetch says of itself; Node keeps the reason one level down. */
function explain(error: unknown): string {
  const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return reason instanceof Error ? reason.message : String(reason);
}
