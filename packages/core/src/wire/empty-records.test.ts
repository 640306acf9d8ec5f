/** P-04: millions of records without content are refused after as many as there may be, and nothing is made of them. @module */
import { describe, expect, test } from "vitest";
import { readBloomFilter, readFlag, readSegment } from "../bundle/read-entry.js";
import { readEnvelope } from "../bundle/read-envelope.js";
import { readPublishResponse } from "../bundle/read-publish-response.js";
import { readManifest, readRoot } from "../bundle/read-trust.js";
import { openBundle, PAGE_LIMITS, SERVICE_LIMITS } from "../index.js";

const DEEP = process.env.APLOMB_DEEP === "1";

/** So many bytes of empty messages in one field, behind a beginning. */
function empties(bytes: number, field: number, beginning: readonly number[] = []): Uint8Array {
  const records = new Uint8Array(bytes);
  for (let at = beginning.length; at + 1 < bytes; at += 2) records[at] = field * 8 + 2;
  records.set(beginning);
  return records;
}

const SCHEMA_1 = [8, 1];
const MIB = 2 ** 20;
const flag = (bytes: Uint8Array): unknown => readFlag(bytes, SERVICE_LIMITS);
const pageBundle = (bytes: Uint8Array): unknown => openBundle(bytes, { limits: PAGE_LIMITS });

describe("P-04 two million empty messages", () => {
  test.each<[string, Uint8Array, (bytes: Uint8Array) => unknown]>([
    ["as a flag", empties(4 * MIB, 2), flag],
    ["as the flags of a bundle", empties(4 * MIB, 3, SCHEMA_1), openBundle],
    ["as the segments of a bundle", empties(4 * MIB, 4, SCHEMA_1), openBundle],
    ["as the filters of a bundle", empties(4 * MIB, 5, SCHEMA_1), openBundle],
    ["as an envelope", empties(4 * MIB, 3), readEnvelope],
    ["as the flags of a page's bundle, as many as fit", empties(2 * MIB, 3, SCHEMA_1), pageBundle],
    ["as the segments of a page's bundle, as many as fit", empties(2 * MIB, 4, SCHEMA_1), pageBundle],
    ["as the filters of a page's bundle, as many as fit", empties(2 * MIB, 5, SCHEMA_1), pageBundle],
    ["as the variants of a flag, as many as fit", empties(MIB, 2), flag],
    ["as the rules of a flag, as many as fit", empties(MIB, 3), flag],
    ["as the fields of a schema", empties(MIB, 1, [0x0a, 0xfb, 0xff, 0x3f]), flag],
    ["as conditions", empties(MIB, 1, [0x0a, 0xfb, 0xff, 0x3f]), (bytes) => readSegment(bytes, SERVICE_LIMITS)],
    ["as a bloom filter", empties(MIB, 1), (bytes) => readBloomFilter(bytes, SERVICE_LIMITS)],
    ["as the keys of a root, as many as fit", empties(65_536, 6), readRoot],
    ["as the bundles of a manifest, as many as fit", empties(65_536, 8), readManifest],
    ["as the rows of a response", empties(4 * MIB, 2), readPublishResponse],
  ])("%s are refused", (_name, bytes, read) => {
    const heapBefore = process.memoryUsage();
    const startedMs = performance.now();
    expect(() => read(bytes)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^(LIMIT|READER)$/) }));
    if (!DEEP) return;
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    expect(heapUsed + arrayBuffers - heapBefore.heapUsed - heapBefore.arrayBuffers).toBeLessThan(64 * MIB);
  });

  test("as the largest bundle that a service takes are refused, too", () => {
    for (const field of [3, 4, 5]) {
      expect(() => openBundle(empties(32 * MIB, field, SCHEMA_1))).toThrow(expect.objectContaining({ code: "LIMIT" }));
    }
  });

  test("entries under one key count: as many as there may be flags, and the last holds", () => {
    const limits = { ...SERVICE_LIMITS, flags: 64 };
    expect(openBundle(empties(2 + 2 * 64, 3, SCHEMA_1), { limits }).flagCount).toBe(1);
    expect(() => openBundle(empties(2 + 2 * 65, 3, SCHEMA_1), { limits })).toThrow(
      expect.objectContaining({ code: "LIMIT" }),
    );
  });
});
