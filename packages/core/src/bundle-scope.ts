/** What the flags of a bundle share: segments, bloom filters and bucketers, each made once. @module */
import { type Bucketer, createBucketer } from "./bucket.js";
import type { BundleIndex } from "./bundle/read-bundle.js";
import { ConditionReader } from "./bundle/read-conditions.js";
import { readBloomFilter, readSegment } from "./bundle/read-entry.js";
import { bloomTest } from "./compile/bloom-filter.js";
import { compileSegment } from "./compile/compile-segment.js";
import type { CompiledSegment, Run, SegmentBody, SegmentSource } from "./compiled-flag.js";
import { createConditionTable } from "./condition-table.js";
import { type AttributePath, attributePath } from "./context.js";
import { isFlagError } from "./errors.js";
import type { Diagnostic } from "./flag-set.js";
import type { Limits } from "./limits.js";
import { fail } from "./run.js";
import { createHashBuffer } from "./salted-text.js";
import type { BloomTest, SegmentScope } from "./segment-scope.js";
import type { Verdict } from "./verdict.js";
import type { TextTable } from "./wire/text-table.js";

/** Notes something of an entry that is wrong. */
export type Report = (entry: string, severity: Diagnostic["severity"], message: string) => void;

const NOTHING = new Uint8Array();

/** Segments, bloom filters and bucketers, each made once. */
export function createScope(
  index: BundleIndex,
  limits: Limits,
  report: Report,
  scope: () => SegmentScope,
  texts: TextTable,
): Omit<SegmentScope, "flagNamed"> {
  const segments = new Map<string, CompiledSegment>();
  const bucketers = new Map<string, Bucketer>();
  const buffer = createHashBuffer();
  const attributes = new Map<string, AttributePath>();
  const attributeOf = (path: string): AttributePath =>
    getOrMake(attributes, path, () => attributePath(path, attributes.size));
  const table = createConditionTable();
  const conditions = new ConditionReader(table, attributeOf, texts, limits);
  const placeOf = (id: string): number => conditions.read(index.segments.get(id) ?? NOTHING);
  const compile = (id: string): SegmentBody =>
    attempt(
      () => compileSegment(readSegment(index.segments.get(id) ?? NOTHING, limits, texts), scope()),
      (problem) => {
        report(id, "quarantined", problem);
        return brokenSegment(id, problem);
      },
    );
  const source: SegmentSource = { table, placeOf, compile };
  return {
    attributeOf,
    bucketerOf: (salt = index.allocationSalt) => getOrMake(bucketers, salt, () => createBucketer(salt, buffer)),
    bloomFilterOf: (name) =>
      attempt<BloomTest | string | undefined>(
        () =>
          lastUsable(index.bloomFilters.get(name) ?? [], limits, () =>
            report(name, "suspect", "a bloom filter without bits is dropped"),
          ),
        (problem) => {
          report(name, "quarantined", problem);
          return problem;
        },
      ),
    segmentNamed: (id) =>
      index.segments.has(id)
        ? getOrMake(segments, id, () => ({ id, source, place: -1, match: undefined, body: undefined }))
        : undefined,
  };
}

/** The last filter that has bits. */
function lastUsable(entries: readonly Uint8Array[], limits: Limits, drop: () => void): BloomTest | undefined {
  let usable: BloomTest | undefined;
  for (const entry of entries) {
    const filter = readBloomFilter(entry, limits);
    if (filter.bitCount > 0) usable = bloomTest(filter);
    else drop();
  }
  return usable;
}

/** A segment that makes every flag that reaches it an error. */
function brokenSegment(id: string, problem: string): SegmentBody {
  const match = (run: Run): Verdict => fail(run, "PARSE_ERROR", `segment "${id}": ${problem}`);
  return { match, matchTargeting: match, refersToSegments: false, hasTargeting: true, hasAllocation: false };
}

/** What was made, or what stands in for it when its entry is bad. */
export function attempt<T>(make: () => T, instead: (problem: string) => T): T {
  try {
    return make();
  } catch (error) {
    if (isFlagError(error)) return instead(error.message);
    throw error;
  }
}

function getOrMake<T>(map: Map<string, T>, key: string, make: () => T): T {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
