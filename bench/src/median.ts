/** The middle of some numbers. @module */

/** The median; of an even count the mean of the two in the middle. NaN of none. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? (upper + (sorted[middle - 1] ?? Number.NaN)) / 2 : upper;
}

/** The medians of a field of some records. */
export function medianOf<T>(records: readonly T[], field: (record: T) => number): number {
  return median(records.map(field));
}
