/** Drawn units in the form in which a bundle has them. @module */
import { type Allocation, AllocationSchema } from "@aplomb/proto/bundle";
import { create } from "@bufbuild/protobuf";

/** The longest line of buckets that there is. */
const MAX_STORED_BITS = 1_000_000;
/** A reader counts every bound against the records that an entry may have, 50,000; the other half is for targeting. */
export const MAX_BOUNDS = 25_000;

/**
 * A line with one bucket too many. Every reader refuses it and so sets the segment aside: rules that reach it are
 * errors, instead of having everybody or nobody.
 */
export const OVERLONG: Allocation = create(AllocationSchema, { storedBits: MAX_STORED_BITS + 1 });

/**
 * The allocation of a bitset, whose length is kept: as ranges or as bits, whichever is smaller.
 *
 * @param bits - Bucket i is bit (i & 7), least significant first, of byte (i >> 3). More than 125,000 bytes are
 * {@link OVERLONG}.
 * @param maxBounds - What the entry has room for, at most {@link MAX_BOUNDS}; beyond, they stay bits.
 */
export function allocationOf(bits: Uint8Array, maxBounds: number = MAX_BOUNDS): Allocation {
  const storedBits = 8 * bits.length;
  if (storedBits > MAX_STORED_BITS) return OVERLONG;
  const bounds = boundsOf(bits, maxBounds);
  const isSmaller = bounds.length <= maxBounds && sizeOf(bounds) <= bits.length;
  return create(AllocationSchema, {
    storedBits,
    form: isSmaller ? { case: "ranges", value: { bounds } } : { case: "bits", value: bits },
  });
}

/** Where runs of drawn buckets begin and end, in turn. Stops soon after there are too many to be of use. */
function boundsOf(bits: Uint8Array, maxBounds: number): number[] {
  const bounds: number[] = [];
  let drawn = 0;
  for (let at = 0; at < bits.length && bounds.length <= maxBounds; at++) {
    const byte = bits[at] as number;
    if (byte === (drawn === 1 ? 255 : 0)) continue;
    for (let i = 0; i < 8; i++) {
      if (((byte >> i) & 1) === drawn) continue;
      drawn = 1 - drawn;
      bounds.push(8 * at + i);
    }
  }
  if (drawn === 1) bounds.push(8 * bits.length);
  return bounds;
}

/** Bytes that the bounds take on the wire. */
function sizeOf(bounds: readonly number[]): number {
  return bounds.reduce((size, bound) => size + (bound < 0x80 ? 1 : bound < 0x4000 ? 2 : 3), 0);
}
