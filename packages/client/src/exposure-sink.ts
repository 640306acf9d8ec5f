/** Where sealed batches go. @module */

import type { PublishResponse } from "@aplomb/core";

/** Where sealed batches go. */
export interface ExposureSink {
  /**
   * Sends a batch once. The request leaves before this returns its promise.
   *
   * @param batch - The same bytes on every attempt.
   * @param keepalive - Ask the browser to finish the request even if the page goes away.
   * @param sentAtMs - What to say the time is: the batch's own clock, as it has run since. Default: the wall clock's.
   * @returns That the batch is stored, now or already, and which rows of it were refused.
   * @throws RequestError; see `classifyFailure` for what follows.
   */
  publish(batch: Uint8Array, signal: AbortSignal, keepalive?: boolean, sentAtMs?: number): Promise<PublishResponse>;
}
