/** The contexts that everybody evaluates on. @module */
import { createSeededRandom } from "@aplomb/testkit";
import { COUNTRIES, GROUP_COUNT } from "./logical-flag.js";

/** A targeting key and seven attributes. */
export type BenchContext = {
  readonly targetingKey: string;
  readonly country: string;
  readonly group: string;
  readonly version: string;
  readonly score: number;
  readonly plan: string;
  readonly email: string;
  readonly beta: boolean;
};

/** How many contexts there are. */
export const CONTEXT_COUNT = 1_000;

/**
 * The contexts: the same in every process. Nine in ten are in the countries that boolean flags are about.
 *
 * They are parsed from JSON, so that their texts are flat in memory, as those of a request are.
 */
export function createContexts(): BenchContext[] {
  const random = createSeededRandom(20_260);
  const below = (limit: number): number => Math.floor(random.next() * limit);
  const contexts = Array.from({ length: CONTEXT_COUNT }, (_, place): BenchContext => {
    const name = below(2 ** 32)
      .toString(16)
      .padStart(8, "0");
    return {
      targetingKey: `user-${name}`,
      country: place % 10 === 9 ? "FI" : (COUNTRIES[place % COUNTRIES.length] ?? ""),
      group: `group-${below(GROUP_COUNT)}`,
      version: `${2 + below(3)}.${below(20)}.${below(100)}`,
      score: below(1_000),
      plan: place % 4 === 0 ? "premium" : "free",
      email: `${name}@example.com`,
      beta: place % 7 === 0,
    };
  });
  return JSON.parse(JSON.stringify(contexts)) as BenchContext[];
}
