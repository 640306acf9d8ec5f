/** What an evaluation answers: the reference-level Resolution and OpenFeature's EvaluationDetails. @module */
import type { JsonObject, JsonValue } from "./value.js";

/** Why a flag resolved as it did, in the words of the source platform. */
export type ResolutionReason =
  | "MATCH"
  | "NO_SEGMENT_MATCH"
  | "TARGETING_KEY_ERROR"
  | "MATERIALIZATION_NOT_SUPPORTED"
  | "PENDING"
  | "FLAG_NOT_FOUND"
  | "DISABLED"
  | "ERROR";

/** Why a value is what it is, in OpenFeature's words. */
export type Reason = "STATIC" | "TARGETING_MATCH" | "SPLIT" | "DEFAULT" | "DISABLED" | "ERROR";

/** What went wrong in an evaluation, in OpenFeature's words. */
export type ErrorCode =
  | "PROVIDER_NOT_READY"
  | "FLAG_NOT_FOUND"
  | "PARSE_ERROR"
  | "TYPE_MISMATCH"
  | "TARGETING_KEY_MISSING"
  | "INVALID_CONTEXT"
  | "GENERAL";

/** A rule that recorded a unit and passed it on to the next rule. */
export interface Fallthrough {
  /** The rule's name. */
  readonly rule: string;
  /** The id of the assignment that held the unit's bucket. */
  readonly assignmentId: string;
  /** The unit, as hashed; empty for none. */
  readonly unit: string;
  /** The rule's unit selector, as written there. */
  readonly unitSelector: string;
}

/** A sticky assignment to look up. An empty rule asks whether the unit is in the materialization at all. */
export interface MaterializationRead {
  readonly unit: string;
  readonly materialization: string;
  readonly rule: string;
}

/** A stored sticky assignment. */
export interface MaterializationRecord extends MaterializationRead {
  /** The variant's name; empty for none. */
  readonly variant: string;
}

/** How a flag resolved: variant, value and everything an exposure needs. */
export interface Resolution {
  readonly flagKey: string;
  /** The variant's name; empty for none. */
  readonly variant: string;
  /** The variant's value, with schema nulls filled in; owned by the flag set, not to be changed. */
  readonly value: JsonObject | undefined;
  readonly reason: ResolutionReason;
  /** Whether there is something to expose: a match or at least one fallthrough. */
  readonly shouldExpose: boolean;
  readonly rule: string;
  readonly segment: string;
  readonly assignmentId: string;
  /** The unit, as hashed; empty for none. */
  readonly unit: string;
  readonly unitSelector: string;
  readonly fallthroughs: readonly Fallthrough[];
  /** Sticky assignments to store. */
  readonly writes: readonly MaterializationRecord[];
  /** Reads to supply before the flag can be decided; only with the reason PENDING. */
  readonly pending?: readonly MaterializationRead[];
  readonly errorCode?: ErrorCode;
  readonly errorMessage?: string;
}

/** What is known of an evaluation beside its value; OpenFeature's flag metadata. */
export interface FlagMetadata {
  readonly [key: string]: string | number | boolean;
}

/**
 * A value and why it is that value: OpenFeature's shape.
 *
 * `flagMetadata` carries `resolutionReason`, and, where they exist, `ruleId`, `segment`, `assignmentId`, `bucket`,
 * `bundleVersion`, `bundleId`.
 */
export interface EvaluationDetails<T extends JsonValue = JsonValue> {
  /** The key as asked for, path included. */
  readonly flagKey: string;
  /** Of the type of the caller's default, always. */
  readonly value: T;
  /** The variant's name; absent for none. */
  readonly variant?: string;
  readonly reason: Reason;
  readonly errorCode?: ErrorCode;
  readonly errorMessage?: string;
  readonly flagMetadata: FlagMetadata;
  /** How the flag resolved; absent when there was no bundle to resolve in. */
  readonly resolution?: Resolution;
}
