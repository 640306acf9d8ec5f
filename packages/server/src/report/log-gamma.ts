/** The logarithm of the gamma function, as tests of counts need it. @module */

/**
 * ln Γ(a), to about 14 digits: Stirling's series, after the recurrence has brought the argument above 10.
 *
 * @param a - Above 0.
 * @example logGamma(5) // ln 24
 */
export function logGamma(a: number): number {
  let shift = 0;
  let z = a;
  while (z < 10) {
    shift += Math.log(z);
    z += 1;
  }
  const series = 1 / (12 * z) - 1 / (360 * z ** 3) + 1 / (1_260 * z ** 5) - 1 / (1_680 * z ** 7);
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series - shift;
}
