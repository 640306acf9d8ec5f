/** Flags and segments in the form they are evaluated in, closures over prepared literals, and the run they see. @module */
import type { Bucketer } from "./bucket.js";
import type { ConditionTable } from "./condition-table.js";
import type { AttributePath, EvaluationContext } from "./context.js";
import type {
  ErrorCode,
  Fallthrough,
  MaterializationRead,
  MaterializationRecord,
  ResolutionReason,
} from "./details.js";
import type { Materialization } from "./flag.js";
import type { VersionParts } from "./operand.js";
import type { JsonObject, JsonValue } from "./value.js";
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
  /** Where all of its rules find their unit, if they do so in one place and none looks for stored assignments. */
  readonly unitPath: AttributePath | undefined;
}

/** A rule whose segment exists and that is enabled. What every evaluation looks at comes first, to lie together in memory. */
export interface CompiledRule {
  readonly segment: CompiledSegment;
  /** Where the unit is; the same object in all rules of a flag set that look there. */
  readonly unitPath: AttributePath;
  readonly hasSplit: boolean;
  /** Stored assignments are looked up before anything else. */
  readonly isSticky: boolean;
  readonly name: string;
  readonly unitSelector: string;
  /** The assignment that everybody gets, without hashing. */
  readonly fullRollout: CompiledAssignment | undefined;
  readonly bucketCount: number;
  /** Undefined when the rule has no salt, or needs none. */
  readonly bucketer: Bucketer | undefined;
  /** lower, upper, place in assignments; in the order in which they are tried. */
  readonly ranges: readonly number[];
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
  /** Schema nulls filled in. Absent where neither the rule nor its segment has a name. */
  readonly value: JsonObject | undefined;
  /** The field `value`, which is what a read without a path gives for a default that is no object. */
  readonly scalar: JsonValue | undefined;
}

/** A segment by reference. It is read when it is first needed, so that long chains load without recursion. */
export interface CompiledSegment {
  readonly id: string;
  readonly source: SegmentSource;
  /** Its place in the table of conditions; 0 when it has none, below 0 before it is first needed. */
  place: number;
  /** Whether a rule's units are in the segment; undefined until its body is compiled. */
  match: Matcher | undefined;
  body: SegmentBody | undefined;
}

/** Where the segments of a bundle come from. */
export interface SegmentSource {
  readonly table: ConditionTable;
  /** Reads a segment into the table, if it is of the form that the table is for: its place, or 0. */
  readonly placeOf: (id: string) => number;
  /** Compiles a segment of any form. */
  readonly compile: (id: string) => SegmentBody;
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

/** What the conditions of a flag see of the evaluation they run in, and where its result is put together. */
export interface Run {
  /** An evaluation is going on: one inside it, from a context's getter, needs a run of its own. */
  isBusy: boolean;
  flagKey: string;
  context: EvaluationContext;
  /** Attributes read so far, by the slot of their path; null for absent ones. */
  readonly attributes: unknown[];
  /** The numbers of attributes that are texts with one, by slot. */
  readonly textNumbers: (number | undefined)[];
  /** Slots of the attributes read so far. */
  readonly readSlots: number[];
  /** How many of them are of this evaluation. */
  readCount: number;
  /** Which of the attributes was last read as a version, and its parts: rules in a row often compare one with many. */
  versionSlot: number;
  readonly versionParts: VersionParts;
  /** The unit of the rule at hand; undefined for none. */
  unit: string | undefined;
  /** Rules, operands and elements looked at so far. */
  steps: number;
  readonly criteria: RunCriteria;
  /** What stored assignments are known; see `ResolveOptions`. */
  materializations: Materializations;
  /** Keys of the flags being evaluated for one another's prerequisites, outermost first; absent until one has any. */
  prerequisites: PrerequisiteWalk | undefined;
  /** Where the evaluation stands among segments that refer to each other; absent until one does. */
  walk: SegmentWalk | undefined;
  /** Where the unit below was read; undefined before the first. */
  unitPath: AttributePath | undefined;
  /** What was there: a unit, none, or something that cannot be one. */
  unitRead: string | undefined | false;

  /** Lookups that were not known, in the order they were met. */
  reads: readonly MaterializationRead[];
  /** Times that a condition met something unknown. */
  unknowns: number;
  /** An earlier rule is not decided: nothing may be assigned, only lookups be found. */
  missing: boolean;
  writes: readonly MaterializationRecord[];
  /** The assignment is a stored one. */
  isSticky: boolean;

  reason: ResolutionReason;
  errorCode: ErrorCode;
  errorMessage: string;
  /** The rule that assigned. */
  rule: CompiledRule | undefined;
  assignment: CompiledAssignment | undefined;
  /** The unit's bucket in the rule; -1 when none was needed. */
  bucket: number;
  fallthroughs: readonly Fallthrough[];
}

/** The criteria that need more than the context: lent by the evaluator, called by compiled conditions. */
export interface RunCriteria {
  /** Whether the unit of a rule is in its segment, which refers to others. */
  readonly inRuleSegment: (run: Run, segment: CompiledSegment) => Verdict;
  /** Whether the unit is in a segment that a criterion refers to. */
  readonly inSegment: (run: Run, segment: CompiledSegment) => Verdict;
  /** Whether the unit is in a materialized segment that has no bloom filter. */
  readonly inMaterialization: (run: Run, materialization: string) => Verdict;
  /** Whether another flag gives one of some variants. */
  readonly gives: (run: Run, flag: CompiledFlag | undefined, variants: readonly string[]) => Verdict;
}

/** None can be read; lookups are to be found first; or all that there are. */
export type Materializations = undefined | "deferred" | readonly MaterializationRecord[];

/** The path through flags that are prerequisites of each other, and what is known of them. */
export interface PrerequisiteWalk {
  readonly path: Set<string>;
  /** Times that a flag was met on its own path. */
  cycles: number;
  /** Finished runs by flag, where no cycle was met. */
  readonly known: Map<CompiledFlag, Run>;
}

/** The path through segments that refer to each other, and what is known of them. */
export interface SegmentWalk {
  /** Segments being evaluated, outermost first. */
  path: Set<CompiledSegment>;
  /** How many of them are on the call stack. */
  nesting: number;
  /** Times that a segment was met on its own path. */
  cycles: number;
  /** Verdicts for the unit at hand that depend on no path. */
  readonly known: Map<CompiledSegment, Verdict>;
  /** The unit that `known` is about. */
  knownUnit: string | undefined;
  /** Verdicts that depend on their path, by path. */
  readonly deep: Map<string, { readonly verdict: Verdict; readonly cycles: number }>;
  /** The segment that was too deep to enter, and the path to it. */
  tooDeep: { readonly segment: CompiledSegment; readonly path: readonly CompiledSegment[] } | undefined;
}

/** The matcher of a rule's segment. */
export function matcherOf(segment: CompiledSegment): Matcher {
  segment.match ??= ruleMatcher(segment);
  return segment.match;
}

function ruleMatcher(segment: CompiledSegment): Matcher {
  const { refersToSegments, match } = bodyOf(segment);
  return refersToSegments ? (run) => run.criteria.inRuleSegment(run, segment) : match;
}

/** A segment's body, compiled now if it has not been. */
export function bodyOf(segment: CompiledSegment): SegmentBody {
  segment.body ??= segment.source.compile(segment.id);
  return segment.body;
}

/** What a segment depends on. One in the table of conditions depends on attributes alone. */
export function dependsOn(segment: CompiledSegment): Pick<SegmentBody, "hasTargeting" | "hasAllocation"> {
  return segment.place > 0 ? ON_ATTRIBUTES : bodyOf(segment);
}

const ON_ATTRIBUTES = { hasTargeting: true, hasAllocation: false };

/** No fallthroughs: shared by all evaluations without any. */
export const NO_FALLTHROUGHS: readonly Fallthrough[] = [];
