/** A flag as the bundle has it, decoded and not yet compiled. @module */
import type { JsonObject } from "./value.js";

/** Whether a flag is evaluated here. */
export type FlagState = "ACTIVE" | "DISABLED" | "REMOTE";

/** A flag: what it can be, and who gets what. */
export interface Flag {
  readonly state: FlagState;
  readonly schema: StructSchema | undefined;
  readonly variants: readonly Variant[];
  readonly rules: readonly Rule[];
}

/** A named value. */
export interface Variant {
  readonly name: string;
  readonly value: JsonObject;
}

/** The fields every value of a flag has; a nested schema for those that are objects. */
export interface StructSchema {
  readonly fields: readonly { readonly name: string; readonly struct: StructSchema | undefined }[];
}

/** One step of a flag: for the units of a segment, an assignment by bucket. */
export interface Rule {
  readonly name: string;
  readonly segment: string;
  /** Empty: `targeting_key`. */
  readonly unitSelector: string;
  readonly enabled: boolean;
  /** Absent: bucketing is an error when it is reached. */
  readonly salt: string | undefined;
  /** Absent: the rule is skipped. */
  readonly split: Split | undefined;
  /** Absent: nothing sticky. */
  readonly materialization: Materialization | undefined;
}

/** The line of buckets of one rule, and how it is cut. */
export interface Split {
  /** Zero or more. */
  readonly bucketCount: number;
  readonly assignments: readonly Assignment[];
}

/** What the units of some buckets get. */
export interface Assignment {
  readonly id: string;
  /** Absent: as if no assignment had held the bucket. */
  readonly outcome: Outcome | undefined;
  readonly ranges: readonly BucketRange[];
}

/** A variant by name, a fallthrough to the next rule, or a match that leaves the caller its default. */
export type Outcome =
  | { readonly kind: "variant"; readonly variant: string }
  | { readonly kind: "fallthrough" }
  | { readonly kind: "clientDefault" };

/** Buckets from lower, inclusive, to upper, exclusive. */
export interface BucketRange {
  readonly lower: number;
  readonly upper: number;
}

/** Where sticky assignments are read and written. */
export interface Materialization {
  readonly write: string;
  /** Empty: none are read. */
  readonly read: string;
  readonly mustMatch: boolean;
  readonly targetingCanBeIgnored: boolean;
}
