/** A stream of announcements is as long as it likes; each announcement is not. @module */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RequestError } from "../retry/request-error.js";
import { boundedEnvelopes } from "./bounded-envelopes.js";
import { fetchWatch } from "./fetch-watch.js";

const envelope = (length: number, bytes = length): Uint8Array => {
  const made = new Uint8Array(5 + bytes);
  new DataView(made.buffer).setUint32(1, length);
  return made;
};

/** Streams bytes in pieces of a size. */
function streamOf(bytes: Uint8Array, pieceBytes: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at + pieceBytes));
      at += pieceBytes;
    },
  });
}

async function read(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream as BodyInit).arrayBuffer());
}

describe("boundedEnvelopes", () => {
  test("passes on what is short enough, however it is cut", async () => {
    const messages = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(messages, fc.integer({ min: 1, max: 60 }), async (lengths, pieceBytes) => {
        const bytes = Uint8Array.from(lengths.flatMap((length) => [...envelope(length)]));
        expect(await read(boundedEnvelopes(streamOf(bytes, pieceBytes), 40))).toEqual(bytes);
      }),
      { numRuns: 60 },
    );
  });

  test.each([1, 3, 5, 100])("refuses a message of 41 bytes at its header, in pieces of %d", async (pieceBytes) => {
    const bytes = Uint8Array.from([...envelope(40), ...envelope(41)]);
    await expect(read(boundedEnvelopes(streamOf(bytes, pieceBytes), 40))).rejects.toThrow(
      "an announcement of 41 bytes",
    );
  });
});

test("P-02 five bytes cannot make a watching client take four gigabytes", async () => {
  const headers = { "content-type": "application/connect+proto" };
  const fetch = async () => new Response(streamOf(envelope(0xffff_ffff, 0), 5) as BodyInit, { headers });
  const watch = fetchWatch({ endpoint: "https://flags.example", clientKey: "key", audience: "web.test" }, fetch);
  const error = await watch(() => {}, new AbortController().signal).catch((caught) => caught);
  expect(error).toBeInstanceOf(RequestError);
  expect(error.message).toContain("an announcement of 4294967295 bytes");
});
