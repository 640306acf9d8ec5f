/** Whether counts of exposures fit the split that made them: Pearson's chi-square test. @module */

/** Below this probability a deviation is called a mismatch: rare enough to look at often. */
export const mismatchBelow = 0.001;

/** The smallest expected count the test is good for. */
const minExpected = 5;

/** A count, and the share of all counts that it should be. */
export interface ObservedShare {
  readonly count: number;
  /** Above 0; all shares add up to 1. */
  readonly share: number;
}

/**
 * The probability of a deviation at least this large if the split works as it should.
 *
 * @returns From 0 to 1; undefined when there are fewer than two outcomes or one of them is expected fewer than five times.
 * @example sampleRatioPValue([{ count: 480, share: 0.5 }, { count: 520, share: 0.5 }]) // 0.2059…
 */
export function sampleRatioPValue(observed: readonly ObservedShare[]): number | undefined {
  const total = observed.reduce((sum, { count }) => sum + count, 0);
  if (observed.length < 2 || observed.some(({ share }) => share * total < minExpected)) return undefined;
  const chiSquare = observed.reduce((sum, { count, share }) => sum + (count - share * total) ** 2 / (share * total), 0);
  return upperGamma((observed.length - 1) / 2, chiSquare / 2);
}

/**
 * The regularised upper incomplete gamma function Q(a, x): a power series below a + 1, Lentz's continued fraction above.
 *
 * @param a - Above 0.
 * @param x - 0 or more.
 */
function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 1_000 && term > sum * 1e-15; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return Math.max(0, 1 - sum * scale);
  }
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 1_000; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / nonZero(numerator * d + b, tiny);
    c = nonZero(b + numerator / c, tiny);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return fraction * scale;
}

const nonZero = (value: number, tiny: number): number => (Math.abs(value) < tiny ? tiny : value);

/** ln Γ(a) for a above 0: Stirling's series, after the recurrence has brought the argument above 10. */
function logGamma(a: number): number {
  let shift = 0;
  let z = a;
  while (z < 10) {
    shift += Math.log(z);
    z += 1;
  }
  const series = 1 / (12 * z) - 1 / (360 * z ** 3) + 1 / (1_260 * z ** 5) - 1 / (1_680 * z ** 7);
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series - shift;
}
