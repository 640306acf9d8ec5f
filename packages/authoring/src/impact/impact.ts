/** Who would get something else: what two bundles give a sample of contexts. @module */

/** What a flag gives: the name of a variant, or one of the words in brackets, which no variant of a file can have. */
export type Given = string;

/** The caller's default: no rule applied, a rule gave `clientDefault`, or the flag is switched off. */
export const DEFAULT: Given = "(default)";
/** The flag gives an error: callers get their default. */
export const ERROR: Given = "(error)";
/** The bundle has no such flag: callers get their default. */
export const ABSENT: Given = "(no flag)";
/** Stored assignments or a remote answer would be needed to tell. */
export const UNDECIDED: Given = "(undecided)";

/** One context that changes, to look into. */
export interface ImpactExample {
  /** Of the sample, counted from 1. */
  readonly line: number;
  /** As hashed; empty for none. */
  readonly unit: string;
  /** In the rule that decided; absent where nothing was hashed. */
  readonly bucketBefore?: number;
  readonly bucketAfter?: number;
}

/** Contexts that change in one and the same way. */
export interface Movement {
  readonly from: Given;
  readonly to: Given;
  /** The rule that decided; empty for none. */
  readonly ruleBefore: string;
  readonly ruleAfter: string;
  /** How many contexts. */
  readonly count: number;
  /** Of these, how many are in another bucket of a rule with the same name: its salt or its unit changed. */
  readonly rebucketed: number;
  /** Why, from the first of them. */
  readonly why: string;
  /** The first of them. */
  readonly example: ImpactExample;
}

/** What becomes of one flag. Counts are of contexts. */
export interface FlagImpact {
  readonly flag: string;
  /** A flag that comes moves nobody: nobody had it before. */
  readonly change: "added" | "removed" | "kept";
  /** Contexts that get another variant, or the default instead of one, or one instead of the default. */
  readonly moved: number;
  /** Contexts whose bucket in the deciding rule is another one, whether or not it gives something else. */
  readonly rebucketed: number;
  /** Contexts that keep their variant and get another value. */
  readonly revalued: number;
  /** Contexts for which it cannot be told, in a flag whose definition changed. */
  readonly undecided: number;
  /** The ways to change, most frequent first. */
  readonly movements: readonly Movement[];
}

/** The sums. */
export interface ImpactReport {
  readonly contexts: number;
  /** Contexts for which at least one flag moves. */
  readonly contextsMoved: number;
  readonly flags: number;
  /** Answers, one for each flag and context. */
  readonly moved: number;
  readonly rebucketed: number;
  readonly revalued: number;
  readonly undecided: number;
  /** Flags with something to report, by key. */
  readonly changes: readonly FlagImpact[];
}
