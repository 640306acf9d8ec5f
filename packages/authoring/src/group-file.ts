/** A group, as its file writes it: units in slots that exclude each other, and units that are held back. @module */

/** A file in `groups/`. */
export interface GroupFile {
  readonly key: string;
  readonly description?: string;
  /** The attribute that is hashed; left out: the targeting key. */
  readonly unit?: string;
  /** How many percent of all units are held back from everything that names the group. */
  readonly holdout?: number;
  /** Percentages by slot; with `holdout` at most 100. */
  readonly slots?: Readonly<Record<string, number>>;
}

/** The slot of the units that are held back; no other slot has this name. */
export const HOLDOUT = "holdout";

/** Percentages by slot, the units that are held back first. */
export function slotsOf(group: GroupFile): Readonly<Record<string, number>> {
  return { ...(group.holdout !== undefined && { [HOLDOUT]: group.holdout }), ...group.slots };
}
