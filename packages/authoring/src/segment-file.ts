/** A shared segment, as its file writes it. @module */
import type { Condition } from "./condition.js";

/** A file in `segments/`. */
export interface SegmentFile {
  readonly key: string;
  readonly description?: string;
  readonly when: Condition;
}

/** The segment that everybody is in; the one that rules without `when` name in a bundle. */
export const EVERYBODY = "everybody";
