/** What a bundle holds, decoded entry by entry: for tools that compare and describe. @module */
import { type Bundle, BundleSchema, type Flag, FlagSchema, type Segment, SegmentSchema } from "@aplomb/proto/bundle";
import { fromBinary } from "@bufbuild/protobuf";

/** Deeper than any entry that a client takes. */
const RECURSION_LIMIT = 200;

/** A decoded entry and its bytes; an entry that cannot be decoded is without content. */
export interface Entry<T> {
  readonly bytes: Uint8Array;
  readonly content: T | undefined;
}

/** A bundle's flags by key, its segments by id, and its filters by the names of their segments. */
export interface BundleContent {
  readonly allocationSalt: string;
  readonly flags: ReadonlyMap<string, Entry<Flag>>;
  readonly segments: ReadonlyMap<string, Entry<Segment>>;
  readonly filters: ReadonlyMap<string, Uint8Array>;
}

/**
 * Decodes a bundle. Of two entries with one key the last one holds, as it does for clients.
 *
 * @throws Error if the bytes are no bundle; open what comes from outside with core's `openBundle` before.
 */
export function contentOf(bytes: Uint8Array): BundleContent {
  const bundle: Bundle = fromBinary(BundleSchema, bytes, { recursionLimit: RECURSION_LIMIT });
  const flagOf = (entry: Uint8Array) => fromBinary(FlagSchema, entry, { recursionLimit: RECURSION_LIMIT });
  const segmentOf = (entry: Uint8Array) => fromBinary(SegmentSchema, entry, { recursionLimit: RECURSION_LIMIT });
  return {
    allocationSalt: bundle.allocationSalt,
    flags: new Map(bundle.flags.map(({ key, flag }) => [key, entryOf(flag, flagOf)])),
    segments: new Map(bundle.segments.map(({ id, segment }) => [id, entryOf(segment, segmentOf)])),
    filters: new Map(bundle.bloomFilters.map(({ materializedSegment, filter }) => [materializedSegment, filter])),
  };
}

function entryOf<T>(bytes: Uint8Array, decode: (bytes: Uint8Array) => T): Entry<T> {
  try {
    return { bytes, content: decode(bytes) };
  } catch {
    return { bytes, content: undefined };
  }
}
