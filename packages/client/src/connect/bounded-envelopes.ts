/** Holds a Connect stream to short messages. @module */
import { RequestError } from "../retry/request-error.js";

/** A byte of flags, then four of length. */
const HEADER_BYTES = 5;

/**
 * Passes the messages of a stream on as they come, as long as each is short enough.
 *
 * Connect's own reader in pages makes room for whatever length the five bytes before a message announce, up to 4 GiB.
 *
 * @param mostBytes - Of one message. At a longer one the stream fails with a RequestError, before anybody has read its header.
 */
export function boundedEnvelopes(body: ReadableStream<Uint8Array>, mostBytes: number): ReadableStream<Uint8Array> {
  let headerBytes = 0;
  let length = 0;
  let bytesLeft = 0;
  const look = (chunk: Uint8Array): void => {
    for (let at = 0; at < chunk.length; ) {
      const passed = Math.min(bytesLeft, chunk.length - at);
      bytesLeft -= passed;
      at += passed;
      if (at === chunk.length) return;
      if (headerBytes > 0) length = length * 256 + (chunk[at] as number);
      at++;
      if (++headerBytes < HEADER_BYTES) continue;
      if (length > mostBytes) throw new RequestError(`an announcement of ${length} bytes`);
      bytesLeft = length;
      headerBytes = 0;
      length = 0;
    }
  };
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        look(chunk);
        controller.enqueue(chunk);
      },
    }),
  );
}
