/** A flag, as its file writes it. @module */
import type { JsonValue } from "@aplomb/core";
import type { Condition } from "./condition.js";

/** What the values of a flag are. */
export type FlagType = "boolean" | "string" | "number" | "integer" | "object";

/** What a field of an object holds. */
export type FieldType =
  | "boolean"
  | "string"
  | "number"
  | "integer"
  | { readonly type: "object"; readonly fields: Fields }
  | { readonly type: "list"; readonly of: FieldType };

/** Types by field name. */
export type Fields = Readonly<Record<string, FieldType>>;

/**
 * What a rule gives: the name of a variant, or one of two words that no variant may have.
 *
 * `clientDefault` is a match with the caller's default; `fallthrough` is recorded, and the next rule goes on.
 */
export type Outcome = string;

/** The outcome that records the unit and lets the next rule go on. */
export const FALLTHROUGH = "fallthrough";
/** The outcome that matches with the caller's default. */
export const CLIENT_DEFAULT = "clientDefault";

/** How a rule keeps units where they were first assigned. */
export interface Sticky {
  /** What assignments are stored under; left out: made of the flag's key and the rule's name. */
  readonly name?: string;
  /** Units without a stored assignment are passed over. */
  readonly onlyStored?: boolean;
  /** A stored assignment holds even when the rule's condition does not. */
  readonly ignoreWhen?: boolean;
}

/** One rule: for whom, and one of `serve`, `split`, `weights`. */
export interface RuleFile {
  readonly name: string;
  readonly description?: string;
  readonly enabled?: boolean;
  readonly environments?: readonly string[];
  readonly when?: Condition;
  /** The attribute that is hashed; left out: the targeting key. */
  readonly unit?: string;
  readonly salt?: string;
  /** The moment from which the rule applies; as RFC 3339 or YYYY-MM-DD. */
  readonly starts?: string;
  /** The moment from which it no longer does. */
  readonly ends?: string;
  /** Only units in a slot: `<group>/<slot>`. */
  readonly slot?: string;
  /** Only units that this group does not hold back. */
  readonly holdout?: string;
  readonly sticky?: boolean | Sticky;
  readonly serve?: Outcome;
  /** Percentages by outcome, in the order of the file; they add up to 100. */
  readonly split?: Readonly<Record<Outcome, number>>;
  /** Shares by outcome, in the order of the file: whole numbers. */
  readonly weights?: Readonly<Record<Outcome, number>>;
}

/** A file in `flags/`. */
export interface FlagFile {
  readonly key: string;
  readonly description?: string;
  readonly owner?: string;
  /** As YYYY-MM-DD. */
  readonly expires?: string;
  readonly type: FlagType;
  /** For the type object only. */
  readonly fields?: Fields;
  /** Values by variant name. Left out, for booleans: `on` and `off`. */
  readonly variants?: Readonly<Record<string, JsonValue>>;
  readonly rules?: readonly RuleFile[];
  /** "remote": pages may ask for its value, and are told nothing else. */
  readonly clientVisible?: boolean | "remote";
  /** Texts that a browser bundle may hold although they look personal. */
  readonly allowInClear?: readonly string[];
  readonly enabled?: boolean;
  readonly environments?: readonly string[];
}

/** The variants of a flag: those it writes, or `on` and `off` for a boolean that writes none. */
export function variantsOf(flag: Pick<FlagFile, "type" | "variants">): Readonly<Record<string, JsonValue>> {
  return flag.variants ?? (flag.type === "boolean" ? { on: true, off: false } : {});
}

/** What a rule may give, in the order of the file. */
export function outcomesOf(rule: RuleFile): Outcome[] {
  return rule.serve === undefined ? Object.keys(rule.split ?? rule.weights ?? {}) : [rule.serve];
}

/** The outcome that a rule gives to everybody it is for, if it does not split them. */
export function onlyOutcomeOf(rule: RuleFile): Outcome | undefined {
  if (rule.serve !== undefined) return rule.serve;
  const given = Object.entries(rule.split ?? rule.weights ?? {}).filter(([, share]) => share > 0);
  return given.length === 1 ? given[0]?.[0] : undefined;
}

/**
 * A slot, as rules write it.
 *
 * @example slotOf("checkout-experiments/one-step") // { group: "checkout-experiments", slot: "one-step" }
 */
export function slotOf(text: string): { readonly group: string; readonly slot: string } {
  const [group = "", slot = ""] = text.split("/");
  return { group, slot };
}
