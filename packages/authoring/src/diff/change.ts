/** One difference between two bundles, in words a reviewer reads. @module */

/** What a difference can do to answers: nothing; change some; draw every unit of a rule anew. */
export type ChangeEffect = "none" | "answers" | "buckets";

/** What of a flag or a segment differs. */
export type ChangePart =
  | "whole"
  | "state"
  | "schema"
  | "variant"
  | "rule"
  | "order"
  | "condition"
  | "split"
  | "unit"
  | "salt"
  | "sticky"
  | "allocation"
  | "note";

/** One difference. Serialisable. */
export interface Change {
  readonly subject: "flag" | "segment" | "bundle";
  /** The flag's key or the segment's id; empty for the bundle as a whole. */
  readonly key: string;
  readonly kind: "added" | "removed" | "changed";
  readonly part: ChangePart;
  /** The variant, rule or field that is meant; empty for none. */
  readonly name: string;
  readonly effect: ChangeEffect;
  /** A sentence without its subject and without a full stop: `split: on 10 % → 20 %`. */
  readonly text: string;
}

/** A difference before it is known where it was found. */
export type FoundChange = Omit<Change, "subject" | "key">;

/** A change of one part. */
export function changed(part: ChangePart, name: string, effect: ChangeEffect, text: string): FoundChange {
  return { kind: "changed", part, name, effect, text };
}
