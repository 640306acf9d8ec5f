/** The queue's bounds and order. @module */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DeliveryRecord } from "../delivery-record.js";
import { createExposureQueue } from "./exposure-queue.js";

const record = (sequence: number, sizeBytes = 1): DeliveryRecord => ({ sequence, sizeBytes, atMs: 0 });
const sequences = (records: readonly DeliveryRecord[]) => records.map(({ sequence }) => sequence);

function queued(maxRecords: number, maxBytes: number) {
  const dropped: number[] = [];
  const queue = createExposureQueue(maxRecords, maxBytes, ({ sequence }) => void dropped.push(sequence));
  return { queue, dropped };
}

describe("createExposureQueue", () => {
  test.each([
    { name: "by count", maxRecords: 2, maxBytes: 100, sizes: [1, 1, 1], kept: [2, 3], lost: [1] },
    { name: "by size", maxRecords: 9, maxBytes: 10, sizes: [4, 4, 4], kept: [2, 3], lost: [1] },
    { name: "several for a large one", maxRecords: 9, maxBytes: 10, sizes: [3, 3, 3, 9], kept: [4], lost: [1, 2, 3] },
    { name: "one that is larger than all", maxRecords: 9, maxBytes: 10, sizes: [11], kept: [], lost: [1] },
  ])("gives up the oldest $name", ({ maxRecords, maxBytes, sizes, kept, lost }) => {
    const { queue, dropped } = queued(maxRecords, maxBytes);
    for (const [place, size] of sizes.entries()) queue.add(record(place + 1, size));
    expect(dropped).toEqual(lost);
    expect(queue.length).toBe(kept.length);
    expect(sequences(queue.take(9, 100))).toEqual(kept);
  });

  test.each([
    { name: "so many", maxRecords: 2, maxBytes: 100, taken: [1, 2] },
    { name: "so large", maxRecords: 9, maxBytes: 8, taken: [1, 2] },
    { name: "at least one", maxRecords: 9, maxBytes: 1, taken: [1] },
  ])("takes $name", ({ maxRecords, maxBytes, taken }) => {
    const { queue } = queued(9, 100);
    for (const sequence of [1, 2, 3]) queue.add(record(sequence, 4));
    expect(sequences(queue.take(maxRecords, maxBytes))).toEqual(taken);
    expect(queue.firstSequence).toBe(taken.length + 1);
    expect(queue.sizeBytes).toBe((3 - taken.length) * 4);
  });

  test("whatever is added and taken, nothing is lost twice or reordered, and the bounds hold", () => {
    const steps = fc.array(fc.oneof(fc.nat(6), fc.constant("take" as const)), { maxLength: 200 });
    const law = fc.property(steps, (all) => {
      const { queue, dropped } = queued(5, 12);
      const taken: number[] = [];
      let sequence = 0;
      for (const step of all) {
        if (step === "take") taken.push(...sequences(queue.take(2, 6)));
        else queue.add(record(++sequence, step));
        expect(queue.length <= 5 && queue.sizeBytes <= 12).toBe(true);
      }
      const rest = sequences(queue.take(99, 999));
      expect(taken.concat(rest)).toEqual(taken.concat(rest).sort((a, b) => a - b));
      expect([...taken, ...rest, ...dropped].sort((a, b) => a - b)).toEqual(
        Array.from({ length: sequence }, (_, i) => i + 1),
      );
    });
    fc.assert(law);
  });
});
