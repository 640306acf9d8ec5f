/** Which buckets each outcome of a rule, and each slot of a group, has: what must not move. @module */
import type { BucketSpan } from "./bucket-line.js";
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
  /** By the same names: what each line is held to, so that edits show. Left out where no build has written them. */
  readonly seals?: Readonly<Record<string, string>>;
}

/** Where nothing was kept yet. */
export const NO_ALLOCATION: Allocation = { rules: {}, groups: {} };

/** The name by which an allocation keeps a rule's line. */
export function lineKeyOf(flag: Pick<FlagFile, "key">, rule: Pick<RuleFile, "name">): string {
  return `${flag.key}/${rule.name}`;
}

/**
 * Ranges as spans, in the order given.
 *
 * @example spansOf([0, 10, 90, 100]) // [{ lower: 0, upper: 10 }, { lower: 90, upper: 100 }]
 */
export function spansOf(bounds: readonly number[]): BucketSpan[] {
  return bounds.flatMap((lower, index) => (index % 2 === 0 ? [{ lower, upper: bounds[index + 1] ?? lower }] : []));
}

/** How many buckets some ranges have. */
export function bucketsIn(bounds: readonly number[]): number {
  return spansOf(bounds).reduce((sum, { lower, upper }) => sum + upper - lower, 0);
}

/** What is kept under a name, a line or a seal; undefined for a name that is not its own. */
export function lineIn<T>(lines: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(lines, name) ? lines[name] : undefined;
}

/** The ranges of a name on a line; none for a name that is not on it. */
export function boundsIn(line: Line | undefined, name: string): readonly number[] {
  return line !== undefined && Object.hasOwn(line, name) ? (line[name] ?? []) : [];
}
