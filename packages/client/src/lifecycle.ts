/** Waiting for a client, flushing it, and ending it. @module */
import type { ClientParts } from "./client-parts.js";
import type { ExposurePipeline } from "./expose/exposure-pipeline.js";
import type { FlagClient } from "./flag-client.js";
import type { Refresher } from "./refresher.js";
import { within } from "./within.js";

const TIMEOUT_MS = 5_000;

/** The life of a client. */
export type Lifecycle = Pick<FlagClient, "ready" | "flush" | "close">;

/**
 * Starts everything; what is returned waits and ends.
 *
 * @param prepared - Resolves when what the client looks up by itself has been looked up; undefined when nothing is.
 */
export function startLifecycle(
  parts: ClientParts,
  refresher: Refresher,
  pipeline: ExposurePipeline,
  prepared: () => Promise<void> | undefined,
): Lifecycle {
  const { cell, status, emitter, settings } = parts;
  const { clock, attach, hold } = settings.host;
  let closing: ReturnType<FlagClient["close"]> | undefined;
  const decided = new Promise<void>((resolve) => emitter.on("decided", () => resolve()));

  refresher.start();
  const cancelExpiry = clock.setTimer(status.expired, TIMEOUT_MS);
  const detach = attach?.({ pause: refresher.pause, resume: refresher.resume, flushNow: pipeline.leave });
  const close: Lifecycle["close"] = ({ timeoutMs = TIMEOUT_MS } = {}) => {
    closing ??= held(end(timeoutMs));
    return closing;
  };
  const abort = (): void => void close();
  const { signal } = settings.options;
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();

  async function end(timeoutMs: number): ReturnType<FlagClient["close"]> {
    detach?.();
    cancelExpiry();
    refresher.stop();
    signal?.removeEventListener("abort", abort);
    const counts = await pipeline.close(timeoutMs);
    status.closed();
    emitter.emit("decided", undefined);
    emitter.clear();
    return counts;
  }

  /** The application awaits this: the process must not end for want of anything else to do. */
  async function held<T>(work: Promise<T>): Promise<T> {
    const letGo = hold?.();
    return work.finally(letGo);
  }

  return {
    async ready({ timeoutMs = TIMEOUT_MS } = {}) {
      const waiting = cell.current ? prepared() : decided.then(prepared);
      if (waiting && !closing) await held(within(waiting, timeoutMs, clock));
      if (!closing) status.expired();
      return status.current;
    },
    flush: ({ timeoutMs = TIMEOUT_MS } = {}) => held(pipeline.flush(timeoutMs)),
    close,
  };
}
