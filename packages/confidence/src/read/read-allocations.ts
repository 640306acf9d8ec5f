/** Reads the bitsets of a state: which units were drawn for which segment. @module */
import { FlagError, isFlagError } from "@aplomb/core";
import type { Allocation } from "@aplomb/proto/bundle";
import { toBinary } from "@bufbuild/protobuf";
import {
  type PackedBitset,
  type Segment,
  type Targeting,
  TargetingSchema,
} from "../../gen/aplomb/confidence/v1/resolver_state_pb.js";
import { allocationOf, MAX_BOUNDS, OVERLONG } from "../allocation.js";
import { detailOf } from "../error-detail.js";
import { inflateBitset } from "./inflate-bitset.js";

/** A targeting of so many bytes has at most half of the 50,000 records that an entry may have, less a few. */
const MAX_SMALL_BYTES = 49_900;
/** What is left to bounds beside a larger one. */
const FEW_BOUNDS = 1_000;

/**
 * The allocations of some segments. A segment without one has everybody.
 *
 * All bitsets are read in order, since one bad bitset makes the state bad, whichever segment it is for. The last gzipped
 * one of a segment holds: "full" neither stores nor removes anything.
 *
 * @param wanted - By segment name; the rest is only checked.
 * @throws FlagError MALFORMED for a container that cannot be read, and for `full = false`.
 */
export function readAllocations(
  bitsets: readonly PackedBitset[],
  wanted: ReadonlyMap<string, Segment>,
): ReadonlyMap<string, Allocation> {
  const allocations = new Map<string, Allocation>();
  for (const { segment, content } of bitsets) {
    if (content.case === "full" && !content.value) throw malformed(segment, "full_bitset is false");
    if (content.case !== "gzipped") continue;
    const bits = inflated(segment, content.value);
    const holder = wanted.get(segment);
    if (holder === undefined) continue;
    allocations.set(segment, bits === "oversized" ? OVERLONG : allocationOf(bits, roomBeside(holder.targeting)));
  }
  return allocations;
}

/** How many bounds fit beside a targeting: a record takes two bytes or more, so few bytes are few records. */
function roomBeside(targeting: Targeting | undefined): number {
  const isSmall = targeting === undefined || toBinary(TargetingSchema, targeting).length <= MAX_SMALL_BYTES;
  return isSmall ? MAX_BOUNDS : FEW_BOUNDS;
}

function inflated(segment: string, container: Uint8Array): Uint8Array | "oversized" {
  try {
    return inflateBitset(container);
  } catch (cause) {
    throw isFlagError(cause) ? malformed(segment, detailOf(cause), cause) : cause;
  }
}

function malformed(segment: string, what: string, cause?: unknown): FlagError {
  return new FlagError("MALFORMED", `the bitset of "${segment}": ${what}`, { cause });
}
