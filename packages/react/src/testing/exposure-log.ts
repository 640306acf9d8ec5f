/** What was exposed and tracked in a test. @module */
import type { EvaluationDetails } from "@aplomb/core";

/** One exposure, as tests ask for it. */
export interface LoggedExposure {
  /** The flag's key, without a path. */
  readonly flag: string;
  readonly variant: string;
  readonly unit: string;
}

/** Exposures in the order in which they first happened. */
export interface ExposureLog {
  /** Adds an exposure, unless it is there already or the flag has nothing to expose. */
  add(details: EvaluationDetails): void;
  readonly exposures: readonly LoggedExposure[];
  clear(): void;
}

/** An empty log. */
export function createExposureLog(): ExposureLog {
  let exposures: readonly LoggedExposure[] = [];
  return {
    add({ resolution, reason }) {
      if (!resolution?.shouldExpose || reason === "ERROR") return;
      const { flagKey: flag, variant, unit } = resolution;
      const isKnown = exposures.some((it) => it.flag === flag && it.variant === variant && it.unit === unit);
      if (!isKnown) exposures = [...exposures, { flag, variant, unit }];
    },
    get exposures() {
      return exposures;
    },
    clear() {
      exposures = [];
    },
  };
}
