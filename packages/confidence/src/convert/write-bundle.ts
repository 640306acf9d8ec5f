/** Writes what was selected of a state as a bundle. @module */
import { type Allocation, BloomFilterSchema, BundleSchema, FlagSchema, SegmentSchema } from "@aplomb/proto/bundle";
import { create, toBinary } from "@bufbuild/protobuf";
import type { BloomFilter, Flag, Segment } from "../../gen/aplomb/confidence/v1/resolver_state_pb.js";
import type { Report } from "../diagnostics.js";
import { entryIdOf } from "../entry-id.js";
import { convertFlag } from "./convert-flag.js";
import { convertSegment } from "./convert-segment.js";

/** The schema that these bundles are written for. */
const BUNDLE_SCHEMA = 1;

/** What goes into a bundle, by name. */
export interface SelectedState {
  readonly allocationSalt: string;
  /** By key. */
  readonly flags: ReadonlyMap<string, Flag>;
  readonly segments: ReadonlyMap<string, Segment>;
  /** By segment. */
  readonly allocations: ReadonlyMap<string, Allocation>;
  /** By materialized segment. */
  readonly bloomFilters: ReadonlyMap<string, BloomFilter>;
}

/** The bytes of a bundle, its entries in the order of their names. */
export function writeBundle(selected: SelectedState, report: Report): Uint8Array {
  const { allocationSalt, flags, segments, allocations, bloomFilters } = selected;
  const bundle = create(BundleSchema, {
    schema: BUNDLE_SCHEMA,
    allocationSalt,
    flags: inOrder(flags).map(([key, flag]) => ({ key, flag: toBinary(FlagSchema, convertFlag(flag)) })),
    segments: inOrder(segments).map(([name, segment]) => ({
      id: shortId(name, "segment", report),
      segment: toBinary(SegmentSchema, convertSegment(segment, allocations.get(name), bloomFilters)),
    })),
    bloomFilters: inOrder(bloomFilters).map(([name, { data, hashFunctionCount, bitCount }]) => ({
      materializedSegment: shortId(name, "materialized segment", report),
      filter: toBinary(BloomFilterSchema, create(BloomFilterSchema, { data, hashFunctionCount, bitCount })),
    })),
  });
  return toBinary(BundleSchema, bundle);
}

function shortId(name: string, what: string, report: Report): string {
  const id = entryIdOf(name);
  if (id !== name) report(id, "suspect", `stands for a ${what} whose name is too long: ${name.slice(0, 80)}…`);
  return id;
}

function inOrder<T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
