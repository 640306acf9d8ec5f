/** Whether counts of exposures fit the split that made them, at any moment and however often somebody looks. @module */
import { logGamma } from "./log-gamma.js";

/*
 * Lindon and Malek, "Anytime-Valid Inference for Multinomial Count Data", NeurIPS 2022: the likelihood of the counts under a
 * Dirichlet mixture of splits, over their likelihood under the split, is a martingale with mean 1 while the split works. So by
 * Ville's inequality it ever reaches 1 / α with probability α at most. A test such as Pearson's holds for one look only: who looks
 * every second sees it fail sooner or later.
 */

/** Below this a deviation is called a mismatch: the share of healthy rules that are ever called one in a day, at most. */
export const mismatchBelow = 0.001;

/**
 * How close to the split the mixture lies: half of it anywhere, half of it near. Any choice keeps the promise; this one finds that one
 * of two variants never comes after 22 exposures, 52 % for 50 % after about 11,000, and 51 % after about 42,000.
 */
const concentrations: readonly number[] = [10, 1_000];

/** A count, and the share of all counts that it should be. */
export interface ObservedShare {
  readonly count: number;
  /** Above 0; all shares add up to 1. */
  readonly share: number;
}

/** The shares that a count is compatible with. */
export interface ShareInterval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * The anytime-valid probability of evidence at least this strong if the split works as it should: one over the likelihood ratio.
 *
 * @returns Above 0, at most 1; undefined when there are fewer than two outcomes or no counts.
 * @example sampleRatioPValue([{ count: 480, share: 0.5 }, { count: 520, share: 0.5 }]) // 1
 */
export function sampleRatioPValue(observed: readonly ObservedShare[]): number | undefined {
  const total = observed.reduce((sum, { count }) => sum + count, 0);
  if (observed.length < 2 || total === 0) return undefined;
  const expected = observed.reduce((sum, { count, share }) => sum + count * Math.log(share), 0);
  return Math.min(1, Math.exp(expected - logMixture(observed)));
}

/**
 * The shares that no look so far speaks against: the true one is outside at any moment with probability {@link mismatchBelow} at
 * most. The confidence sequence of the same test, with one outcome against all others.
 *
 * @example shareInterval(480, 1000, 0.5) // { lower: 0.416…, upper: 0.543… }
 */
export function shareInterval(count: number, total: number, share: number): ShareInterval {
  if (total === 0) return { lower: 0, upper: 1 };
  const mixture = logMixture([
    { count, share },
    { count: total - count, share: 1 - share },
  ]);
  const speaksAgainst = (theta: number): boolean =>
    mixture - timesLog(count, theta) - timesLog(total - count, 1 - theta) > -Math.log(mismatchBelow);
  const observed = count / total;
  return {
    lower: observed === 0 ? 0 : boundary(0, observed, speaksAgainst),
    upper: observed === 1 ? 1 : boundary(1, observed, speaksAgainst),
  };
}

/** Where, between a share that is ruled out and one that is not, ruling out ends. */
function boundary(outside: number, inside: number, isOutside: (theta: number) => boolean): number {
  let [far, near] = [outside, inside];
  for (let step = 0; step < 40; step++) {
    const middle = (far + near) / 2;
    if (isOutside(middle)) far = middle;
    else near = middle;
  }
  return near;
}

/** ln of the probability of a sequence with these counts under the mixture. */
function logMixture(observed: readonly ObservedShare[]): number {
  const logs = concentrations.map((concentration) => logDirichlet(observed, concentration));
  const highest = Math.max(...logs);
  return highest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - highest), 0) / logs.length);
}

/** ln of the probability of a sequence with these counts under a Dirichlet distribution of splits around the given one. */
function logDirichlet(observed: readonly ObservedShare[], concentration: number): number {
  // What has no share has no counts: the complement of a split's only outcome.
  const outcomes = observed.filter(({ share }) => share > 0);
  const total = outcomes.reduce((sum, { count }) => sum + count, 0);
  return outcomes.reduce(
    (sum, { count, share }) => sum + logGamma(concentration * share + count) - logGamma(concentration * share),
    logGamma(concentration) - logGamma(concentration + total),
  );
}

/** n ln θ, where 0 ln 0 is 0. */
const timesLog = (n: number, theta: number): number => (n === 0 ? 0 : n * Math.log(theta));
