/** P-06: damaged bytes of every kind are read or refused with a FlagError, never anything else; what is read, answers. @module */
import { readdirSync, readFileSync } from "node:fs";
import { BundleSchema } from "@aplomb/proto/bundle";
import { PublishExposuresResponseSchema } from "@aplomb/proto/resolve-service";
import {
  bundleBytes,
  createMutator,
  createSeededRandom,
  createTestKey,
  createTestKeys,
  signRoot,
} from "@aplomb/testkit";
import { curiousBundle } from "@aplomb/testkit/arbitraries";
import { CONFORMANCE } from "@aplomb/testkit/conformance";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { readBloomFilter, readFlag, readSegment } from "../bundle/read-entry.js";
import { readEnvelope } from "../bundle/read-envelope.js";
import { readManifest, readRoot } from "../bundle/read-trust.js";
import {
  claimedRootVersion,
  evaluateAll,
  FlagError,
  openBundle,
  openRoot,
  PAGE_LIMITS,
  readPublishResponse,
  SERVICE_LIMITS,
  selfTest,
  verifyManifest,
} from "../index.js";

const DEEP = process.env.APLOMB_DEEP === "1";
/** In npm test 20,000 mutants in all, 2,500 for each of these eight; 1,000,000 in test:deep. Other packages fuzz their own parsers besides. */
const PER_PARSER = (DEEP ? 1_000_000 : 20_000) / 8;
const HEAP_BYTES = 64 * 2 ** 20;
const SLOW_MS = 50;
const SEED = 20_261_122;

const keys = await createTestKeys();
const manifest = (await keys.seal(bundleBytes({}), { version: 5n })).manifest;
const others = await Promise.all(["b", "c"].map((name) => createTestKey(name)));
const root = await signRoot({ rootKeys: [keys.rootKey, ...others], rootThreshold: 2, bundleKeys: [keys.bundleKey] });
const golden = readdirSync(new URL("bundles/", CONFORMANCE))
  .filter((file) => file.startsWith("random-"))
  .map((file) => new Uint8Array(readFileSync(new URL(`bundles/${file}`, CONFORMANCE))));
const bundles = [curiousBundle(), ...golden].filter((bytes) => bytes.length < 20_000);
const frames = bundles.map((bytes) => fromBinary(BundleSchema, bytes));
const response = toBinary(
  PublishExposuresResponseSchema,
  create(PublishExposuresResponseSchema, {
    duplicate: true,
    rejected: [
      { index: 3, code: "too_old" },
      { index: 300, trackEvent: true },
    ],
  }),
);
const notEmpty = (entries: Uint8Array[]) => entries.filter((entry) => entry.length > 0);

const context = { targetingKey: "u1", s: "a", n: 1, b: true, v: "1.2.3", l: ["a", 1], o: { p: "a" } };
/** Reads of a bundle's bytes: opens, tries, and answers on an ordinary context. */
function useBundle(bytes: Uint8Array): void {
  const set = openBundle(bytes, { limits: PAGE_LIMITS });
  try {
    for (const _ of selfTest(set));
    evaluateAll(set, context);
  } catch (cause) {
    throw new Error("a bundle that was accepted throws", { cause });
  }
}
const verified = { verifySignature: async () => true };

const parsers: Readonly<Record<string, { corpus: Uint8Array[]; read: (bytes: Uint8Array) => unknown }>> = {
  envelope: { corpus: [manifest, root], read: readEnvelope },
  "root envelope": { corpus: [root], read: openRoot },
  root: { corpus: [readEnvelope(root).payload], read: readRoot },
  manifest: { corpus: [readEnvelope(manifest).payload], read: readManifest },
  bundle: { corpus: bundles, read: useBundle },
  "flag entry": {
    corpus: notEmpty(frames.flatMap(({ flags }) => flags.map(({ flag }) => flag))),
    read: (bytes) => readFlag(bytes, SERVICE_LIMITS),
  },
  "segment and filter entries": {
    corpus: notEmpty(
      frames.flatMap(({ segments, bloomFilters }) => [
        ...segments.map(({ segment }) => segment),
        ...bloomFilters.map(({ filter }) => filter),
      ]),
    ),
    read: (bytes) => {
      orFlagError(() => readBloomFilter(bytes, SERVICE_LIMITS));
      readSegment(bytes, SERVICE_LIMITS);
    },
  },
  "publish response": { corpus: [response], read: readPublishResponse },
};

/** Whether it was read; refusals are FlagErrors, and everything else is thrown on. */
function orFlagError(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof FlagError) return false;
    throw error;
  }
}

/** How long a read takes: the shortest of some, because a busy machine makes any of them long. */
function quickestMs(read: () => unknown): number {
  let quickest = Number.POSITIVE_INFINITY;
  for (let again = 0; again < 5; again++) {
    const startedMs = performance.now();
    orFlagError(read);
    quickest = Math.min(quickest, performance.now() - startedMs);
  }
  return quickest;
}

test.each(Object.entries(parsers))(
  "P-06 %s: every mutant is read or refused",
  { timeout: 1_800_000 },
  (name, { corpus, read }) => {
    const mutant = createMutator(corpus, createSeededRandom(SEED));
    let accepted = 0;
    const slow: number[] = [];
    let largestBytes = 0;
    for (let number = 0; number < PER_PARSER; number++) {
      const bytes = mutant();
      const heapBefore = DEEP ? process.memoryUsage().heapUsed : 0;
      const startedMs = performance.now();
      try {
        if (orFlagError(() => read(bytes))) accepted++;
      } catch (cause) {
        throw new Error(`${name}, mutant ${number} of seed ${SEED}: ${Buffer.from(bytes).toString("hex")}`, { cause });
      }
      const tookMs = performance.now() - startedMs;
      if (DEEP) largestBytes = Math.max(largestBytes, process.memoryUsage().heapUsed - heapBefore);
      if (DEEP && tookMs > SLOW_MS && quickestMs(() => read(bytes)) > SLOW_MS) slow.push(number);
    }
    // Mutants that are all refused, or all accepted, would test little.
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThan(PER_PARSER);
    expect(largestBytes).toBeLessThan(HEAP_BYTES);
    expect(slow).toEqual([]);
  },
);

test("P-06 mutants of a manifest are only ever believed for what was signed", async () => {
  const mutant = createMutator([manifest], createSeededRandom(SEED));
  for (let number = 0; number < PER_PARSER / 10; number++) {
    const bytes = mutant();
    expect(claimedRootVersion(bytes)).toBeGreaterThanOrEqual(0);
    await verifyManifest(bytes, keys.trust, verified).catch((error) => expect(error).toBeInstanceOf(FlagError));
  }
});
