/** A flag as the bundle has it: the contract's messages as plain data, decoded and not yet compiled. @module */
import type {
  Assignment as AssignmentMessage,
  Flag as FlagMessage,
  Materialization as MaterializationMessage,
  Rule as RuleMessage,
  Split as SplitMessage,
  StructType as StructTypeMessage,
} from "@aplomb/proto/bundle";
import type { JsonObject } from "./value.js";
import type { Plain } from "./wire/message.js";

/** A named value. */
export interface Variant {
  readonly name: string;
  readonly value: JsonObject | undefined;
}

/** A flag: what it can be, and who gets what. */
export type Flag = Omit<Plain<FlagMessage>, "variants"> & { readonly variants: readonly Variant[] };
/** One step of a flag: for the units of a segment, an assignment by bucket. */
export type Rule = Plain<RuleMessage>;
/** The line of buckets of one rule, and how it is cut. */
export type Split = Plain<SplitMessage>;
/** What the units of some buckets get. */
export type Assignment = Plain<AssignmentMessage>;
/** Where sticky assignments are read and written. */
export type Materialization = Plain<MaterializationMessage>;
/** The fields every value of a flag has. */
export type StructType = Plain<StructTypeMessage>;

/** Switched off: callers get their defaults. */
export const DISABLED = 2;
/** Left out of this audience's bundle: the endpoint must be asked. */
export const REMOTE = 3;
