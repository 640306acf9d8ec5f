/** What the conditions of a bundle refer to: its segments, flags, filters and bucketers. @module */
import type { Bucketer } from "./bucket.js";
import type { CompiledFlag, CompiledSegment } from "./compiled-flag.js";
import type { AttributePath } from "./context.js";

/** The test of a filter. */
export interface BloomTest {
  /** Bits that are looked at, each a step of the evaluation. */
  readonly steps: number;
  /** Whether a unit is a member; rarely, one that is not is taken for one. */
  readonly has: (unit: string) => boolean;
}

/** What a segment's compilation needs of its bundle. */
export interface SegmentScope {
  /** The segment of an id; undefined when the bundle lacks it. */
  segmentNamed(id: string): CompiledSegment | undefined;
  /** The flag of a key; undefined when the bundle lacks it. */
  flagNamed(key: string): CompiledFlag | undefined;
  /** The test for membership in a materialized segment; undefined without a filter, a text for one that cannot be read. */
  bloomFilterOf(materialization: string): BloomTest | string | undefined;
  /** The attribute at a dotted path. */
  attributeOf(path: string): AttributePath;
  /** The bucketer of a salt; undefined stands for the bundle's allocation salt. */
  bucketerOf(salt: string | undefined): Bucketer;
}
