/** Narrows a state's bloom filters to those that its selected segments ask and that can be asked. @module */
import type { BloomFilter, Segment } from "../../gen/aplomb/confidence/v1/resolver_state_pb.js";
import type { Report } from "../diagnostics.js";
import { referredCriteria } from "../referred-criteria.js";

/** The only way of finding bits that is known. */
const STRATEGY = 1;

/**
 * The bloom filters by materialized segment. Of two that can be asked the last holds.
 *
 * One that cannot be asked is as if it were not there: it replaces none before it, and without any the membership is
 * looked up among stored assignments.
 */
export function selectBloomFilters(
  segments: ReadonlyMap<string, Segment>,
  filters: readonly BloomFilter[],
  report: Report,
): ReadonlyMap<string, BloomFilter> {
  const wanted = new Set([...segments.values()].flatMap(materializedSegmentsOf));
  const selected = new Map<string, BloomFilter>();
  for (const filter of filters) {
    const name = filter.materializedSegment;
    if (!wanted.has(name)) continue;
    const problem = problemOf(filter);
    if (problem === undefined) selected.set(name, filter);
    else report(name, "suspect", `a bloom filter is left out: ${problem}`);
  }
  return selected;
}

function problemOf({ strategy, bitCount }: BloomFilter): string | undefined {
  if (strategy !== STRATEGY) return `its strategy is ${strategy}, not ${STRATEGY}`;
  return bitCount <= 0n ? `it has ${bitCount} bits` : undefined;
}

function materializedSegmentsOf({ targeting }: Segment): string[] {
  return [...referredCriteria(targeting).values()].flatMap(({ kind }) =>
    kind.case === "materializedSegment" ? [kind.value.materializedSegment] : [],
  );
}
