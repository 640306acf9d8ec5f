/** One attempt to send a batch, bounded in time whatever a sink does. @module */
import type { PublishResponse } from "@aplomb/core/delivery";
import type { Clock } from "../clock.js";
import type { ExposureSink } from "../exposure-sink.js";
import { RequestError } from "../retry/request-error.js";
import type { SealedBatch } from "./sealed-batch.js";

const DEADLINE_MS = 10_000;

/** How an attempt ended. */
export type Outcome =
  | { readonly kind: "stored"; readonly answer: PublishResponse }
  | { readonly kind: "failed"; readonly bytes: Uint8Array; readonly error: unknown }
  /** What was kept of it cannot be read. */
  | { readonly kind: "unreadable" };

/** What an attempt needs. */
export interface AttemptParts {
  readonly sink: ExposureSink;
  readonly clock: Clock;
}

/** Sends once. The request has left when this returns its promise, if the batch's bytes are in memory. Never rejects. */
export async function attempt(
  batch: SealedBatch,
  { sink, clock }: AttemptParts,
  signal: AbortSignal,
  keepalive: boolean,
): Promise<Outcome> {
  let bytes: Uint8Array;
  try {
    const read = batch.read();
    bytes = read instanceof Uint8Array ? read : await read;
  } catch {
    return { kind: "unreadable" };
  }
  const abort = new AbortController();
  const onAbort = (): void => abort.abort();
  signal.addEventListener("abort", onAbort);
  let cancel = (): void => {};
  const late = new Promise<never>((_resolve, reject) => {
    cancel = clock.setTimer(() => {
      reject(new RequestError(`not stored within ${DEADLINE_MS} ms`));
      abort.abort();
    }, DEADLINE_MS);
  });
  try {
    return {
      kind: "stored",
      answer: await Promise.race([sink.publish(bytes, abort.signal, keepalive, sentAtMs(batch, clock)), late]),
    };
  } catch (error) {
    return { kind: "failed", bytes, error };
  } finally {
    cancel();
    signal.removeEventListener("abort", onAbort);
  }
}

/** A wall clock that jumped since must not make a batch look older than it is. */
function sentAtMs({ createdAtMs, sealedAtMs }: SealedBatch, clock: Clock): number | undefined {
  return sealedAtMs === undefined ? undefined : createdAtMs + Math.round(clock.monotonicMs() - sealedAtMs);
}
