/** The line of buckets that a rule cuts among its outcomes. @module */

/** How many buckets the line of a rule has: a ten-thousandth of a percent each. */
export const BUCKET_COUNT = 1_000_000;

const DECIMAL = /^(\d+)(?:\.(\d{1,4}))?$/;

/** Buckets from lower, inclusive, to upper, exclusive. */
export interface BucketSpan {
  readonly lower: number;
  readonly upper: number;
}

/**
 * How many buckets a percentage is, read from its decimal digits, so that nothing is rounded.
 *
 * @returns undefined if it has more than four decimals or is no number from 0 to 100.
 * @example bucketsOfPercent(33.3333) // 333_333
 */
export function bucketsOfPercent(percent: number): number | undefined {
  const match = DECIMAL.exec(String(percent));
  if (match === null) return undefined;
  const buckets = Number(match[1]) * 10_000 + Number((match[2] ?? "").padEnd(4, "0"));
  return buckets <= BUCKET_COUNT ? buckets : undefined;
}

/**
 * Buckets as a percentage of the line, for people.
 *
 * @example percentOf(125_000) // "12.5 %"
 */
export function percentOf(buckets: number): string {
  return `${(buckets * 100) / BUCKET_COUNT} %`;
}

/**
 * Cuts the whole line in proportion to weights: spans that touch, in the order given, without gap or overlap.
 *
 * Buckets that the proportions leave over go to the largest remainders, the earlier of two equal ones first.
 * Integers throughout: the same on every machine.
 *
 * @param weights - Whole numbers from 0 to 1,000,000, not all 0. A span of weight 0 is empty.
 * @example cutLine([1, 1, 1]) // spans of 333,334, 333,333 and 333,333 buckets
 */
export function cutLine(weights: readonly number[]): BucketSpan[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const sizes = weights.map((weight) => Math.floor((weight * BUCKET_COUNT) / total));
  const left = BUCKET_COUNT - sizes.reduce((sum, size) => sum + size, 0);
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (weight * BUCKET_COUNT) % total }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder.slice(0, left)) sizes[index] = (sizes[index] ?? 0) + 1;
  let lower = 0;
  return sizes.map((size) => {
    const span = { lower, upper: lower + size };
    lower = span.upper;
    return span;
  });
}
