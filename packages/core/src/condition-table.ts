/** Conditions on attributes as numbers in one array: those that the flags of a bundle are mostly made of. @module */
import type { AttributePath } from "./context.js";

/**
 * The segments of a bundle that are one condition, or several that all have to hold.
 *
 * A segment is the count of its conditions, a place that is left out, and the conditions. A condition is the slot of the key
 * that it looks at, and then either how many words of bits follow, and they: the keys that it holds for; or 0, the least key
 * and the most, as numbers of two places. As objects and closures the same takes ten times the memory, which is also what
 * it costs to make them, and twice the time to evaluate.
 */
export interface ConditionTable {
  ints: Int32Array<ArrayBuffer>;
  /** The same memory. */
  numbers: Float64Array<ArrayBuffer>;
  used: number;
  /** Counted up with each segment that is read: it may give numbers to texts that had none. */
  generation: number;
  /** By slot. */
  readonly sources: KeySource[];
}

/** An attribute as conditions of one kind look at it: as a number. */
export interface KeySource {
  readonly path: AttributePath;
  /** What the attribute must be, and what its key is: a text's number among those of the path, a number, a packed version. */
  readonly kind: "text" | "number" | "version";
}

/** A table without segments. Place 0 stays free, to stand for none. */
export function createConditionTable(): ConditionTable {
  const ints = new Int32Array(1_024);
  return { ints, numbers: new Float64Array(ints.buffer), used: 2, generation: 0, sources: [] };
}

const PART_LIMIT = 8_192;

/** A version's parts as one number in the same order; NaN where a part takes more than 13 bits. */
export function packParts(parts: readonly [number, number, number, number]): number {
  const [major, minor, patch, build] = parts;
  if (major >= PART_LIMIT || minor >= PART_LIMIT || patch >= PART_LIMIT || build >= PART_LIMIT) return Number.NaN;
  return ((major * PART_LIMIT + minor) * PART_LIMIT + patch) * PART_LIMIT + build;
}
