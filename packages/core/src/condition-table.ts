/** Conditions on attributes as numbers in one array: those that the flags of a bundle are mostly made of. @module */
import type { AttributePath } from "./context.js";

/**
 * The segments of a bundle that are one condition, or several that all have to hold.
 *
 * A segment is the count of its conditions, then each of them: what it is, the attribute's slot, where the next one begins,
 * one number that depends, and what the attribute is compared with. Conditions begin at even places, because bounds are
 * numbers of two places. As objects and closures the same takes ten times the memory, which is also what it costs to make
 * them, and twice the time to evaluate.
 */
export interface ConditionTable {
  ints: Int32Array<ArrayBuffer>;
  /** The same memory. */
  numbers: Float64Array<ArrayBuffer>;
  used: number;
  /** By slot. */
  readonly paths: AttributePath[];
}

/** A set of texts; then how many words of bits there are, and they. */
export const IN_SET = 1;
/** Numbers; then flags, least and most. */
export const IN_RANGE = 2;
/** Versions; then flags, the parts of the least and those of the most. */
export const IN_VERSIONS = 3;

// Flags: which bounds there are, and which belong to the range.
export const HAS_LEAST = 1;
export const FROM_LEAST = 2;
export const HAS_MOST = 4;
export const TO_MOST = 8;

/** Places before what the attribute is compared with. */
export const HEAD = 4;

/** A table without segments. Place 0 stays free, to stand for none. */
export function createConditionTable(): ConditionTable {
  const ints = new Int32Array(1_024);
  return { ints, numbers: new Float64Array(ints.buffer), used: 2, paths: [] };
}
