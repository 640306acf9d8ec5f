/** A segment as the bundle has it: a condition over the context, and the units that were drawn. @module */
import type { Operand } from "./operand.js";

/** A named set of units. */
export interface Segment {
  /** Absent: everybody. */
  readonly targeting: Targeting | undefined;
  /** Absent: all of them. */
  readonly allocation: Allocation | undefined;
}

/** How many buckets the line of every allocation has. */
export const ALLOCATION_BUCKETS = 1_000_000;

/** The drawn units, on a line of {@link ALLOCATION_BUCKETS} buckets. */
export interface Allocation {
  /** Absent: the bundle's. */
  readonly salt: string | undefined;
  /** Buckets beyond are not drawn. */
  readonly storedBits: number;
  /** lower, upper, lower, upper, …: disjoint and ascending. Undefined when there are bits. */
  readonly bounds: readonly number[] | undefined;
  /** Bucket i is bit (i & 7), least significant first, of byte (i >> 3). */
  readonly bits: Uint8Array | undefined;
}

/** A condition: leaves, and an expression that refers to them by place. */
export interface Targeting {
  readonly criteria: readonly Criterion[];
  /** Absent: true. */
  readonly expression: Expression | undefined;
}

/** A boolean combination of criteria; "none" is false. */
export type Expression =
  | { readonly kind: "criterion"; readonly index: number }
  | { readonly kind: "not"; readonly operand: Expression }
  | { readonly kind: "and" | "or"; readonly operands: readonly Expression[] }
  | { readonly kind: "none" };

/** One leaf; "none" is false. */
export type Criterion =
  | { readonly kind: "attribute"; readonly path: string; readonly rule: AttributeRule | undefined }
  | { readonly kind: "segment"; readonly segment: string }
  | { readonly kind: "materialized"; readonly materialization: string }
  | { readonly kind: "prerequisite"; readonly flag: string; readonly variants: readonly string[] }
  | { readonly kind: "none" };

/** What an element of an attribute must satisfy. `eq` without a value abandons the rule that needs it. */
export type ElementRule =
  | { readonly kind: "eq"; readonly value: Operand | undefined }
  | { readonly kind: "set"; readonly values: readonly Operand[] }
  | {
      readonly kind: "range";
      readonly start: Operand | undefined;
      readonly startInclusive: boolean;
      readonly end: Operand | undefined;
      readonly endInclusive: boolean;
    }
  | { readonly kind: "startsWith" | "endsWith" | "contains"; readonly text: string }
  | {
      readonly kind: "hashedSet";
      readonly salt: Uint8Array;
      readonly prefixBytes: number;
      readonly prefixes: Uint8Array;
      readonly literal: "string" | "number" | "version" | undefined;
    };

/** A rule for an attribute as a whole. A missing inner rule abandons the rule that needs it. */
export type AttributeRule = ElementRule | QuantifiedRule;

/** A rule that some element, or every one, must satisfy. "empty": an inner rule that says nothing. */
export interface QuantifiedRule {
  readonly kind: "any" | "all";
  readonly inner: ElementRule | "empty" | undefined;
}
