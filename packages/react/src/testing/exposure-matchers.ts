/** Matchers for `expect.extend`, of Vitest and of Jest. @module */
import { sameValue } from "../same-value.js";
import type { LoggedExposure } from "./exposure-log.js";
import type { TestFlags } from "./test-flags.js";

/** What an exposure must be, beside of which flag. */
export type ExposureExpectation = Partial<Omit<LoggedExposure, "flag">>;

declare global {
  // Vitest's types extend Jest's.
  // biome-ignore lint/style/noNamespace: there is no other way to add to Jest's types.
  namespace jest {
    interface Matchers<R, T> {
      /** Of what `createTestFlags` made: a flag was exposed, with this variant and unit. */
      toHaveExposed(flag: string, expected?: ExposureExpectation): T extends TestFlags ? R : never;
    }
  }
}

/** What a matcher answers. */
export interface MatcherAnswer {
  readonly pass: boolean;
  readonly message: () => string;
}

/** The matchers. */
export interface ExposureMatchers {
  toHaveExposed(received: TestFlags, flag: string, expected?: ExposureExpectation): MatcherAnswer;
}

/**
 * Adds `expect(flags).toHaveExposed("checkout", { variant: "one-page" })`, where `flags` is from `createTestFlags`.
 *
 * @example expect.extend({ ...exposureMatchers }); // once, in a setup file
 */
export const exposureMatchers: ExposureMatchers = {
  toHaveExposed(received, flag, expected = {}) {
    const exposures = received.getExposures();
    const wanted = { flag, ...expected };
    const pass = exposures.some((exposure) => sameValue({ ...exposure, ...wanted }, exposure));
    const all = exposures.map((it) => `  ${it.flag}: ${it.variant} (${it.unit})`).join("\n");
    const message = () =>
      `expected ${pass ? "no" : "an"} exposure like ${JSON.stringify(wanted)}; there ${all ? `were\n${all}` : "were none"}`;
    return { pass, message };
  },
};
