/** Two origins for one source: the second steps in while the first fails. @module */
import { isFlagError } from "@aplomb/core/reading";
import type { Clock } from "../clock.js";
import type { RefreshSource } from "../refresh-source.js";
import { classifyFailure } from "../retry/classify-failure.js";

/** So many failures in a row, and the other origin is asked; after a refusal it is asked at once. */
const FAILURES = 3;
/** How long the second is kept to before the first is tried again. */
const HOLD_MS = 60_000;

/** A source, and the means to tell it how a load with it went. */
export interface FallbackSource {
  readonly source: RefreshSource;
  succeeded(): void;
  /** Whether the second origin is asked next, instead of the first: what the first one asked for is no matter then. */
  failed(error: unknown): boolean;
}

/**
 * Joins two origins. Whatever comes from either is verified alike.
 *
 * Before each manifest request the origin is chosen; the bundle and the roots of that load come from the same one.
 */
export function createFallbackSource(primary: RefreshSource, second: RefreshSource, clock: Clock): FallbackSource {
  let failures = 0;
  let asked = primary;
  let heldUntilMs = Number.NEGATIVE_INFINITY;

  return {
    source: {
      fetchManifest(validator, signal) {
        asked = clock.monotonicMs() < heldUntilMs ? second : primary;
        return asked.fetchManifest(validator, signal);
      },
      fetchBundle: (...request) => asked.fetchBundle(...request),
      async fetchRoot(version, signal) {
        if (!asked.fetchRoot) throw new Error("the source has no roots");
        return asked.fetchRoot(version, signal);
      },
    },
    succeeded() {
      if (asked === primary) {
        failures = 0;
        heldUntilMs = Number.NEGATIVE_INFINITY;
      }
    },
    failed(error) {
      if (!isOriginsFault(error)) return false;
      if (asked === second) {
        heldUntilMs = Number.NEGATIVE_INFINITY;
        return false;
      }
      failures++;
      // A first try after a hold is one try: the second was good a moment ago.
      const isEnough = failures >= FAILURES || heldUntilMs > Number.NEGATIVE_INFINITY;
      if (!isEnough && classifyFailure(error) !== "extended") return false;
      failures = 0;
      heldUntilMs = clock.monotonicMs() + HOLD_MS;
      return true;
    },
  };
}

/** Whether another origin might do better: what is wrong with a bundle is wrong with it everywhere. */
function isOriginsFault(error: unknown): boolean {
  if (isFlagError(error)) return /^(UNREACHABLE|REFUSED|MALFORMED|SIGNATURE|HASH|ROOT)$/.test(error.code);
  return classifyFailure(error) !== "rejected";
}
