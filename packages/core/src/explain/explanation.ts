/** Why a flag gave what it gave, as plain data. @module */
import type { Resolution } from "../details.js";
import type { JsonValue } from "../value.js";

/** How a condition answered; "not reached" when one before it had decided. */
export type Answer = "true" | "false" | "unknown" | "abandoned" | "unsupported" | "error" | "not reached";

/** What became of a rule. */
export type RuleOutcome =
  | "assigned"
  | "passed on"
  | "off"
  | "no segment"
  | "no unit"
  | "bad unit"
  | "no split"
  | "no match"
  | "no bucket"
  | "pending"
  | "unsupported"
  | "error"
  | "not reached";

/** A flag's resolution and every step to it. Serialisable; holds the attributes that were read. */
export interface Explanation {
  readonly flagKey: string;
  readonly resolution: Resolution;
  readonly rules: readonly RuleExplanation[];
}

/** One rule. */
export interface RuleExplanation {
  readonly rule: string;
  readonly outcome: RuleOutcome;
  /** As the rule writes it. */
  readonly unitSelector: string;
  /** As hashed; absent for none. */
  readonly unit?: string;
  readonly segment?: SegmentExplanation;
  readonly bucket?: { readonly salt: string; readonly bucketCount: number; readonly bucket: number };
  readonly assignmentId?: string;
  readonly error?: string;
}

/** One segment. */
export interface SegmentExplanation {
  readonly segment: string;
  readonly answer: Answer;
  /** Absent when everybody belongs. */
  readonly targeting?: ConditionExplanation;
  /** Absent when nobody is left out. */
  readonly allocation?: { readonly salt: string; readonly bucket?: number; readonly answer: Answer };
  /** It was met on its own path, and so is false. */
  readonly isCycle?: true;
}

/** One node of a targeting expression. */
export type ConditionExplanation = { readonly answer: Answer } & (
  | { readonly kind: "and" | "or" | "not"; readonly operands: readonly ConditionExplanation[] }
  | {
      readonly kind: "attribute";
      readonly path: string;
      /** What the context has; absent when it has nothing. */
      readonly actual?: JsonValue;
      /** What of it was compared; absent when it could not be converted. */
      readonly converted?: JsonValue;
      /** As the bundle has it. */
      readonly rule: JsonValue;
    }
  | { readonly kind: "segment"; readonly segment: SegmentExplanation }
  | { readonly kind: "materialization"; readonly materialization: string }
  | { readonly kind: "prerequisite"; readonly flag: string; readonly variants: readonly string[] }
  | { readonly kind: "nothing" }
);
