/** A batch written piece by piece is a batch wherever it ends, and comes apart again. @module */
import { ExposureBatchSchema } from "@aplomb/proto/exposure";
import { fromBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readBatchPieces, writeBatchHead, writeBatchPiece } from "../index.js";

const head = {
  ...{ batchId: new Uint8Array(16).fill(1), instanceId: new Uint8Array(16).fill(2), sequenceFirst: 5 },
  ...{ createdAtMs: 1_000, sdk: "aplomb-test/0.0.0", audience: "api.test" },
};
const event = (place: number) => ({
  eventId: new Uint8Array(16).fill(place),
  name: "e",
  unit: `u${place}`,
  trackedAtMs: place,
});
const pieceOf = (sequence: number) => writeBatchPiece({ trackEvents: [event(sequence)], sequenceLast: sequence });
const status = { epoch: 1, version: 7, sha256: new Uint8Array(32), ageMs: 1, rejectedVersion: 0, rejectedCode: "" };
const end = writeBatchPiece({
  ...{ bundleStatus: { ...status, quarantinedFlags: [] }, losses: new Map([["queue_full", 3]]) },
  ...{ createdAtMs: 2_000, sequenceLast: 7 },
});
const chunks = [writeBatchHead(head), pieceOf(5), pieceOf(6), pieceOf(7), end];
const whole = new Uint8Array(Buffer.concat(chunks));
/** Where the pieces end. */
const ends = chunks.map((_, at) => Buffer.concat(chunks.slice(0, at + 1)).length);

describe("a batch in pieces", () => {
  test("is what generated code reads of it", () => {
    expect(fromBinary(ExposureBatchSchema, whole)).toMatchObject({
      ...{ batchId: head.batchId, sequenceFirst: 5n, sequenceLast: 7n, createdAtMs: 2_000n, audience: "api.test" },
      ...{ bundleStatus: { version: 7n }, losses: [{ reason: "queue_full", count: 3n }] },
      trackEvents: [{ unit: "u5" }, { unit: "u6" }, { unit: "u7" }],
    });
  });

  test("cut off anywhere, it ends after the last whole piece", () => {
    const law = fc.property(fc.nat(whole.length), (length) => {
      const complete = ends.filter((at, piece) => piece > 0 && at <= length).length;
      const pieces = readBatchPieces(whole.subarray(0, length));
      if (complete === 0) {
        expect(pieces).toBeUndefined();
        return;
      }
      expect(pieces?.length).toBe(ends[complete]);
      expect(pieces?.records.map(({ sequence }) => sequence)).toEqual([5, 6, 7].slice(0, complete));
      const batch = fromBinary(ExposureBatchSchema, whole.subarray(0, pieces?.length));
      expect(batch.trackEvents).toHaveLength(Math.min(complete, 3));
    });
    fc.assert(law, { numRuns: 500, examples: [[whole.length], [0], [ends[1] ?? 0]] });
  });

  test("anything else is no batch, and does not throw", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readBatchPieces(bytes)));
    expect(readBatchPieces(Uint8Array.of(255, 255, 255))).toBeUndefined();
  });
});
