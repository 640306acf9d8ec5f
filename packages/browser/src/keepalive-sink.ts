/** Lets requests outlive the page, within what browsers grant all of them together. @module */
import { type ExposureSink, RequestError } from "@aplomb/client";

/** Browsers grant 64 KiB in flight, shared with every other script of the page. */
const BUDGET_BYTES = 49_152;
/** What a request takes beside the batch. */
const FRAME_BYTES = 32;

/**
 * Sends batches with `keepalive` as long as they fit the budget, and without it otherwise.
 *
 * A browser that refuses one all the same gets the same bytes again without it.
 */
export function keepaliveSink(sink: ExposureSink): ExposureSink {
  let inFlightBytes = 0;
  return {
    async publish(batch, signal, _keepalive, sentAtMs) {
      const sizeBytes = batch.length + FRAME_BYTES;
      if (inFlightBytes + sizeBytes > BUDGET_BYTES) return sink.publish(batch, signal, false, sentAtMs);
      inFlightBytes += sizeBytes;
      try {
        return await sink.publish(batch, signal, true, sentAtMs);
      } catch (error) {
        if (!(error instanceof RequestError && error.cause instanceof TypeError)) throw error;
      } finally {
        inFlightBytes -= sizeBytes;
      }
      return sink.publish(batch, signal, false, sentAtMs);
    },
  };
}
