/** Which buckets each outcome of a rule, and each slot of a group, has: what must not move. @module */
import type { FlagFile, RuleFile } from "./flag-file.js";

/** The file that keeps an allocation between builds; beside aplomb.yaml. */
export const LOCK_FILE = "allocation.lock";

/**
 * Disjoint, ascending, half-open ranges of buckets by name: lower, upper, lower, upper, …
 *
 * @example { on: [0, 100_000, 900_000, 1_000_000], off: [100_000, 900_000] }
 */
export type Line = Readonly<Record<string, readonly number[]>>;

/** The lines of a project. */
export interface Allocation {
  /** By `<flag>/<rule>`; only rules that split. Outcomes without a bucket are left out. */
  readonly rules: Readonly<Record<string, Line>>;
  /** By the group's key; by slot, and `holdout` for who is held back. Buckets that nobody has are left out. */
  readonly groups: Readonly<Record<string, Line>>;
}

/** Where nothing was kept yet. */
export const NO_ALLOCATION: Allocation = { rules: {}, groups: {} };

/** The name by which an allocation keeps a rule's line. */
export function lineKeyOf(flag: Pick<FlagFile, "key">, rule: Pick<RuleFile, "name">): string {
  return `${flag.key}/${rule.name}`;
}

/** How many buckets some ranges have. */
export function bucketsIn(bounds: readonly number[]): number {
  return bounds.reduce((sum, bound, index) => (index % 2 === 0 ? sum - bound : sum + bound), 0);
}

/** The line of a name; undefined for a name that is not its own. */
export function lineIn(lines: Readonly<Record<string, Line>>, name: string): Line | undefined {
  return Object.hasOwn(lines, name) ? lines[name] : undefined;
}

/** The ranges of a name on a line; none for a name that is not on it. */
export function boundsIn(line: Line | undefined, name: string): readonly number[] {
  return line !== undefined && Object.hasOwn(line, name) ? (line[name] ?? []) : [];
}
