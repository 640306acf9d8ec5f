/** Compares what was promised with what was stored, as multisets. @module */

/** How often something was missing or too much. */
export interface Miscount {
  readonly id: string;
  readonly times: number;
}

/** What the comparison found. */
export interface LedgerComparison {
  readonly promised: number;
  readonly stored: number;
  /** Promised, and not stored as often. */
  readonly lost: readonly Miscount[];
  /** Stored more often than promised, or than once. */
  readonly duplicated: readonly Miscount[];
  /** Stored though never promised: the process died between the two. No fault. */
  readonly unpromised: readonly string[];
}

/**
 * Compares two multisets.
 *
 * @example compareLedgers(["a", "b"], ["b", "b", "c"])
 * // { promised: 2, stored: 3, lost: [{ id: "a", times: 1 }], duplicated: [{ id: "b", times: 1 }], unpromised: ["c"] }
 */
export function compareLedgers(promised: Iterable<string>, stored: Iterable<string>): LedgerComparison {
  const [promisedTimes, storedTimes] = [countEach(promised), countEach(stored)];
  const [lost, duplicated, unpromised]: [Miscount[], Miscount[], string[]] = [[], [], []];
  for (const [id, times] of promisedTimes) {
    const missing = times - (storedTimes.get(id) ?? 0);
    if (missing > 0) lost.push({ id, times: missing });
  }
  for (const [id, times] of storedTimes) {
    const expected = promisedTimes.get(id) ?? 0;
    if (expected === 0) unpromised.push(id);
    if (times > Math.max(expected, 1)) duplicated.push({ id, times: times - Math.max(expected, 1) });
  }
  return { promised: totalOf(promisedTimes), stored: totalOf(storedTimes), lost, duplicated, unpromised };
}

/**
 * The comparison as one line for people, with the first few ids.
 *
 * @example "promised 2, stored 3: lost 1 (a), stored too often 1 (b), stored without a promise 1"
 */
export function describeComparison({ promised, stored, lost, duplicated, unpromised }: LedgerComparison): string {
  const parts = [`lost ${some(lost)}`, `stored too often ${some(duplicated)}`];
  return `promised ${promised}, stored ${stored}: ${parts.join(", ")}, stored without a promise ${unpromised.length}`;
}

const SHOWN = 10;

function some(miscounts: readonly Miscount[]): string {
  const total = miscounts.reduce((sum, { times }) => sum + times, 0);
  if (total === 0) return "0";
  const ids = miscounts.slice(0, SHOWN).map(({ id, times }) => (times > 1 ? `${id} × ${times}` : id));
  return `${total} (${ids.join(", ")}${miscounts.length > SHOWN ? ", …" : ""})`;
}

function countEach(ids: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

function totalOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, times) => sum + times, 0);
}
