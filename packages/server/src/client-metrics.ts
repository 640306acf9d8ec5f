/** What the endpoint counts for each client, by its name: never by its key. @module */
import { Counter, Histogram, type Registry } from "prom-client";
import type { CheckedRows } from "./receive/check-rows.js";
import type { ShedReason } from "./serve/load-guard.js";

/** The counters of clients. Names come from the configuration, so that labels stay few. */
export interface ClientMetrics {
  /** A batch, and what became of it. */
  batchReceived(client: string, outcome: string): void;
  /** What evaluation says of a stored batch's exposures. */
  rowsJudged(rows: Pick<CheckedRows, "exposures" | "unjudged" | "implausible">): void;
  /** How far behind what is announced an instance is, as it says itself. */
  statusReported(client: string, status: { readonly versionsBehind: number; readonly ageMs: number }): void;
  /** A request that was answered 429. "all": everybody together called too often; "unknown": no known key. */
  rateLimited(client: string): void;
  /** A request that was answered 503 for the sake of the others. */
  requestShed(reason: ShedReason): void;
}

/** Counters in a registry, at zero. */
export function createClientMetrics(registry: Registry): ClientMetrics {
  const registers = [registry];
  const batches = new Counter({
    name: "aplomb_client_batches_total",
    help: "Exposure batches by client and what became of them.",
    labelNames: ["client", "outcome"],
    registers,
  });
  const judged = new Counter({
    name: "aplomb_exposures_judged_total",
    help: "Exposures of stored batches by verdict: plausible, unjudged (accepted both), or why they cannot be true (kept apart).",
    labelNames: ["verdict"],
    registers,
  });
  const behind = new Histogram({
    name: "aplomb_client_versions_behind",
    help: "How many versions behind what is announced instances are, once for each batch.",
    labelNames: ["client"],
    buckets: [0, 1, 2, 5, 10, 100],
    registers,
  });
  const age = new Histogram({
    name: "aplomb_client_bundle_age_seconds",
    help: "How long ago instances last confirmed their bundle, once for each batch.",
    labelNames: ["client"],
    buckets: [60, 120, 300, 900, 3_600, 21_600, 86_400],
    registers,
  });
  const limited = new Counter({
    name: "aplomb_requests_rate_limited_total",
    help: "Requests answered 429, by client.",
    labelNames: ["client"],
    registers,
  });
  const shed = new Counter({
    name: "aplomb_requests_shed_total",
    help: "Requests answered 503 because the endpoint had too much to do, by what there was too much of.",
    labelNames: ["reason"],
    registers,
  });
  return {
    batchReceived: (client, outcome) => batches.inc({ client, outcome }),
    rowsJudged({ exposures, unjudged, implausible }) {
      judged.inc({ verdict: "plausible" }, exposures.length - unjudged);
      judged.inc({ verdict: "unjudged" }, unjudged);
      for (const { code } of implausible) judged.inc({ verdict: code });
    },
    statusReported(client, { versionsBehind, ageMs }) {
      behind.observe({ client }, versionsBehind);
      age.observe({ client }, ageMs / 1_000);
    },
    rateLimited: (client) => limited.inc({ client }),
    requestShed: (reason) => shed.inc({ reason }),
  };
}
