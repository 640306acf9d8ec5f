/** Reads the bitsets of a state: which units were drawn for which segment. @module */
import { FlagError, isFlagError } from "@aplomb/core";
import type { Allocation } from "@aplomb/proto/bundle";
import type { PackedBitset } from "../../gen/aplomb/confidence/v1/resolver_state_pb.js";
import { allocationOf, OVERLONG } from "../allocation.js";
import { detailOf } from "../error-detail.js";
import { inflateBitset } from "./inflate-bitset.js";

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
  wanted: { has(segment: string): boolean },
): ReadonlyMap<string, Allocation> {
  const allocations = new Map<string, Allocation>();
  for (const { segment, content } of bitsets) {
    if (content.case === "full" && !content.value) throw malformed(segment, "full_bitset is false");
    if (content.case !== "gzipped") continue;
    const bits = inflated(segment, content.value);
    if (wanted.has(segment)) allocations.set(segment, bits === "oversized" ? OVERLONG : allocationOf(bits));
  }
  return allocations;
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
