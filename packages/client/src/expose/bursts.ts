/** Sends each burst of records at once, and tells a platform that may stop the process to wait for it. @module */
import type { Clock } from "../clock.js";

const TIMEOUT_MS = 5_000;

/** What a platform offers to be told of work that goes on after a response. */
export type WaitUntil = (work: Promise<unknown>) => void;

/**
 * The returned function notes a record. The first of a burst begins a flush, and its promise is given away at once: the
 * platform may stop the process as soon as the response is out.
 *
 * @param flush - Sends what is queued; never rejects.
 */
export function createBursts(
  waitUntil: WaitUntil,
  clock: Clock,
  flush: (timeoutMs: number) => Promise<unknown>,
): () => void {
  let isBegun = false;
  return () => {
    if (isBegun) return;
    isBegun = true;
    const work = new Promise<void>((resolve) => {
      clock.setTimer(() => {
        isBegun = false;
        void flush(TIMEOUT_MS).then(() => resolve());
      }, 0);
    });
    try {
      waitUntil(work);
    } catch {
      // There is no request to prolong: it is sent all the same.
    }
  };
}
