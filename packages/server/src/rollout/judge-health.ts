/** Judges from what instances report whether a version may go on, must wait, or must be taken back. @module */
import type { InstanceSummary } from "../exposure-store.js";

/** From which numbers on a version is judged. */
export interface HealthThresholds {
  /** So many instances must run it before it goes on. Default 5. */
  readonly instances?: number;
  /** How long it must have been published in its ring before it goes on, in milliseconds. Default two polls of a page. */
  readonly soakMs?: number;
}

/** The share of instances that refuse a version at which it is taken back: one in a thousand. */
export const NACK_SHARE = 0.001;
const FEWEST_INSTANCES = 5;
const SOAK_MS = 120_000;

/**
 * "halt": enough instances refuse it. "wait": too few run it, it is too young, or some refuse it, and too few to be sure.
 * "promote": enough run it and hardly any refuses it.
 */
export type HealthVerdict = "promote" | "wait" | "halt";

/** How a version fares. */
export interface VersionHealth {
  readonly version: number;
  readonly verdict: HealthVerdict;
  /** Instances that run it, or a later one. */
  readonly confirmed: number;
  /** Instances that have refused it and not moved on. */
  readonly refused: number;
  /** How many refused it for what; the most frequent first. */
  readonly codes: readonly { readonly code: string; readonly instances: number }[];
  /** Why, in one sentence. */
  readonly reason: string;
}

/**
 * Judges a version.
 *
 * @param summary - Of the instances that were heard lately.
 * @param publishedForMs - How long the version has been in its ring.
 * @example judgeHealth(await store.instances("web.production", sinceMs), 7, 300_000).verdict // "promote"
 */
export function judgeHealth(
  summary: Pick<InstanceSummary, "versions" | "rejections">,
  version: number,
  publishedForMs: number,
  { instances: fewest = FEWEST_INSTANCES, soakMs = SOAK_MS }: HealthThresholds = {},
): VersionHealth {
  const sum = (counts: readonly { readonly instances: number }[]): number =>
    counts.reduce((total, { instances }) => total + instances, 0);
  const confirmed = sum(summary.versions.filter((running) => running.version >= version));
  const rejections = summary.rejections.filter((rejection) => rejection.version === version);
  const refused = sum(rejections);
  const share = refused === 0 ? 0 : refused / (refused + confirmed);
  const numbers = `${confirmed} instances run it, ${refused} refuse it (${(share * 100).toFixed(2)} %)`;
  const judge = (): Pick<VersionHealth, "verdict" | "reason"> => {
    if (share >= NACK_SHARE && refused >= FEWEST_INSTANCES) return { verdict: "halt", reason: numbers };
    if (share >= NACK_SHARE) return { verdict: "wait", reason: `${numbers}: look at why` };
    if (confirmed < fewest) return { verdict: "wait", reason: `${numbers}; it takes ${fewest} that run it` };
    if (publishedForMs < soakMs) {
      return { verdict: "wait", reason: `${numbers}; it is out for less than ${soakMs / 1_000} seconds` };
    }
    return { verdict: "promote", reason: numbers };
  };
  const codes = rejections.map(({ code, instances }) => ({ code, instances }));
  return { version, ...judge(), confirmed, refused, codes };
}
