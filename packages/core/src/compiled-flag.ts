/** Flags and segments in the form they are evaluated in: closures over prepared literals. @module */
import type { Bucketer } from "./bucket.js";
import type { Fallthrough } from "./details.js";
import type { Materialization } from "./flag.js";
import type { Run } from "./run.js";
import type { JsonObject } from "./value.js";
import type { Verdict } from "./verdict.js";

/** A condition, ready to run. Never throws but for what a hostile context throws. */
export type Matcher = (run: Run) => Verdict;

/** A flag, ready to run. */
export interface CompiledFlag {
  readonly key: string;
  readonly state: number;
  /** Why the flag cannot be evaluated; empty when it can. */
  readonly problem: string;
  readonly rules: readonly CompiledRule[];
}

/** A rule whose segment exists and that is enabled. */
export interface CompiledRule {
  readonly name: string;
  readonly segment: CompiledSegment;
  readonly unitSelector: string;
  readonly unitPath: readonly string[];
  /** The assignment that everybody gets, without hashing. */
  readonly fullRollout: CompiledAssignment | undefined;
  readonly hasSplit: boolean;
  readonly bucketCount: number;
  /** Undefined when the rule has no salt. */
  readonly bucketer: Bucketer | undefined;
  /** lower, upper, place in assignments; in the order in which they are tried. */
  readonly ranges: Int32Array;
  readonly assignments: readonly CompiledAssignment[];
  readonly materialization: Materialization | undefined;
}

/** What the units of some buckets get. */
export interface CompiledAssignment {
  readonly id: string;
  readonly outcome: "variant" | "fallthrough" | "clientDefault" | "none";
  /** The variant's name; empty for none. */
  readonly variantName: string;
  /** The variant; undefined also when the flag lacks it. */
  readonly variant: CompiledVariant | undefined;
}

/** A variant with its value as callers see it. */
export interface CompiledVariant {
  readonly name: string;
  readonly index: number;
  /** Schema nulls filled in. */
  readonly value: JsonObject;
}

/** A segment by reference. Its body is compiled when it is first needed, so that long chains load without recursion. */
export interface CompiledSegment {
  readonly id: string;
  body: SegmentBody | undefined;
  readonly compile: () => SegmentBody;
}

/** A segment, ready to run. */
export interface SegmentBody {
  /** Targeting, then allocation. */
  readonly match: Matcher;
  /** Targeting alone. */
  readonly matchTargeting: Matcher;
  /** Refers to other segments, so that cycles and depth must be watched. */
  readonly refersToSegments: boolean;
  /** Depends on attributes. */
  readonly hasTargeting: boolean;
  /** Depends on the unit's bucket. */
  readonly hasAllocation: boolean;
}

/** A segment's body, compiled now if it has not been. */
export function bodyOf(segment: CompiledSegment): SegmentBody {
  segment.body ??= segment.compile();
  return segment.body;
}

/** No fallthroughs: shared by all evaluations without any. */
export const NO_FALLTHROUGHS: readonly Fallthrough[] = [];
