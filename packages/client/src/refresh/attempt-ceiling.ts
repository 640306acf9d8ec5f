/** A ceiling on how often one client asks, whatever an endpoint does. @module */
import type { Clock } from "../clock.js";

const PERIOD_MS = 60_000;
const MOST = 6;
/** So many of them may be streams: one that breaks again and again must not use up the places of the polls. */
const MOST_STREAMS = 3;
/** Clients that were stopped together do not go on together. */
const SPREAD_MS = 5_000;
/** The shortest wait between two polls, as a share of their interval. */
const SHORTEST_POLL = 0.8;

/** What asks. */
export type Attempt = "load" | "stream";

/** Counts the attempts of one client: loads and streams together. */
export interface AttemptCeiling {
  /** Counts an attempt that begins now and returns 0; or returns how long to wait before asking for a place again, in milliseconds. */
  begin(kind: Attempt): number;
  /** The last load brought a newer signed version, which no endpoint can make up: it does not count. */
  broughtNews(): void;
}

/**
 * Makes a ceiling: at most six attempts in any minute, or as many as the application's own poll interval takes.
 *
 * @param random - In [0, 1).
 */
export function createAttemptCeiling(clock: Clock, random: () => number, pollIntervalMs: number): AttemptCeiling {
  const most = Math.max(MOST, Math.ceil(PERIOD_MS / (pollIntervalMs * SHORTEST_POLL)));
  let begun: { readonly kind: Attempt; readonly atMs: number }[] = [];

  /** When fewer than so many of these are younger than the period. */
  function freeAtMs(attempts: typeof begun, limit: number): number {
    const inTheWay = attempts.at(-limit);
    return inTheWay ? inTheWay.atMs + PERIOD_MS : 0;
  }

  return {
    begin(kind) {
      const nowMs = clock.monotonicMs();
      begun = begun.filter(({ atMs }) => atMs > nowMs - PERIOD_MS);
      const streams = begun.filter((attempt) => attempt.kind === "stream");
      const atMs = Math.max(freeAtMs(begun, most), kind === "stream" ? freeAtMs(streams, MOST_STREAMS) : 0);
      if (atMs > nowMs) return atMs - nowMs + random() * SPREAD_MS;
      begun.push({ kind, atMs: nowMs });
      return 0;
    },
    broughtNews() {
      const last = begun.map(({ kind }) => kind).lastIndexOf("load");
      if (last >= 0) begun.splice(last, 1);
    },
  };
}
