/** The written table of N-05: what follows from which failure, for bundles and exposures, at first and later. @module */

/**
 * What follows from a failure. `retry`: again within seconds. `extended`: again in minutes. `poll`: at the next poll.
 * `rejected`, `oversize`: what was sent is given up, and counted so.
 */
export type Consequence = "retry" | "extended" | "poll" | "rejected" | "oversize";

/** A failure: an HTTP status, or a reason why there is none. */
export type NetworkFailure = number | "reset" | "refused" | "TLS" | "DNS";

/** One row: 72 cells are 18 of these. */
export interface NetworkRow {
  readonly failure: NetworkFailure;
  /** Before there was any success. */
  readonly initial: { readonly bundle: Consequence; readonly exposures: Consequence };
  /** After one. */
  readonly steady: { readonly bundle: Consequence; readonly exposures: Consequence };
}

const always = (failure: NetworkFailure, bundle: Consequence, exposures: Consequence = bundle): NetworkRow => ({
  ...{ failure, initial: { bundle, exposures }, steady: { bundle, exposures } },
});

/** The table. */
export const NETWORK_ROWS: readonly NetworkRow[] = [
  always(400, "poll", "rejected"),
  always(401, "extended"),
  always(403, "extended"),
  // What was never there is not published yet.
  { ...always(404, "extended"), initial: { bundle: "retry", exposures: "extended" } },
  always(405, "extended"),
  always(408, "retry"),
  always(409, "poll", "rejected"),
  always(413, "poll", "oversize"),
  always(415, "poll", "rejected"),
  always(429, "retry"),
  always(500, "retry"),
  always(502, "retry"),
  always(503, "retry"),
  always(504, "retry"),
  always("reset", "retry"),
  always("refused", "retry"),
  always("TLS", "retry"),
  always("DNS", "retry"),
];
