/** Bundles of entries that are sound messages and otherwise anything: no number or text in them is a likely one. @module */
import { BloomFilterSchema, BundleSchema, FlagSchema, SegmentSchema } from "@aplomb/proto/bundle";
import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { messageInits } from "./messages.js";

/** Ids of segments that random texts meet. */
const SEGMENTS = ["", "a", "f"];

/** The bytes of a bundle in which anything may stand that the schema lets stand. */
export function wildBundles(): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const entries = fc.record({
    flags: fc.tuple(messageInits(FlagSchema), messageInits(FlagSchema), messageInits(FlagSchema)),
    segments: fc.array(messageInits(SegmentSchema), { maxLength: SEGMENTS.length }),
    // As often as the filter says is how often its bits are looked at: that is not for a test to wait for.
    filter: fc.record({
      ...{ data: fc.uint8Array(), bitCount: fc.maxSafeInteger().map(BigInt) },
      hashFunctionCount: fc.integer({ max: 100 }),
    }),
  });
  return entries.map(({ flags, segments, filter }) => {
    const init = {
      schema: 1,
      flags: flags.map((flag, i) => ({ key: "fgh".charAt(i), flag: toBinary(FlagSchema, create(FlagSchema, flag)) })),
      segments: segments.map((segment, i) => ({
        id: SEGMENTS[i] ?? "",
        segment: toBinary(SegmentSchema, create(SegmentSchema, segment)),
      })),
      bloomFilters: [
        { materializedSegment: "a", filter: toBinary(BloomFilterSchema, create(BloomFilterSchema, filter)) },
      ],
    };
    return toBinary(BundleSchema, create(BundleSchema, init));
  });
}
