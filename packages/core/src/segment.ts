/** A segment as the bundle has it: the contract's messages as plain data, decoded and not yet compiled. @module */
import type {
  Allocation as AllocationMessage,
  AttributeCriterion as AttributeCriterionMessage,
  BloomFilter as BloomFilterMessage,
  Criterion as CriterionMessage,
  Expression as ExpressionMessage,
  HashedSetRule as HashedSetMessage,
  InnerRule as InnerRuleMessage,
  PrerequisiteCriterion as PrerequisiteMessage,
  RangeRule as RangeMessage,
  Segment as SegmentMessage,
} from "@aplomb/proto/bundle";
import type { Plain } from "./wire/message.js";

/** A named set of units. */
export type Segment = Plain<SegmentMessage>;
/** The drawn units, on a line of {@link ALLOCATION_BUCKETS} buckets. */
export type Allocation = Plain<AllocationMessage>;
/** A boolean combination of criteria. */
export type Expression = Plain<ExpressionMessage>;
/** One leaf of an expression. */
export type Criterion = Plain<CriterionMessage>;
/** What an attribute must satisfy. */
export type AttributeRule = Plain<AttributeCriterionMessage>["rule"];
/** What an element of an attribute must satisfy. */
export type ElementRule = Plain<InnerRuleMessage>["rule"];
/** Between bounds. */
export type Range = Plain<RangeMessage>;
/** Literals known only by their salted hashes. */
export type HashedSet = Plain<HashedSetMessage>;
/** Another flag that must have given one of some variants. */
export type Prerequisite = Plain<PrerequisiteMessage>;
/** Membership of units in a materialized segment, with rare false positives. */
export type BloomFilter = Plain<BloomFilterMessage>;
/** How many buckets the line of every allocation has. */
export const ALLOCATION_BUCKETS = 1_000_000;
