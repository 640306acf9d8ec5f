/** What the endpoint counts, in a Prometheus registry of its own. @module */
import { ConnectError } from "@connectrpc/connect";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { StoreOutcome } from "./exposure-store.js";

/** The counters, as the parts of the endpoint see them. */
export interface Metrics {
  /** A finished HTTP request. The route is its pattern, never its URL, so that labels stay few. */
  requestFinished(request: { method: string; route: string; status: number; durationMs: number }): void;
  /** Starts timing the store; the returned function stops it. */
  startStoring(): () => void;
  /** A batch that was stored or known, and the rows of it that were refused. */
  batchStored(outcome: StoreOutcome, rows: { readonly refused: readonly { readonly trackEvent: boolean }[] }): void;
  /** A batch that was refused as a whole. */
  batchRefused(error: unknown): void;
  /** A watch stream that opened; the returned function says that it ended. */
  streamOpened(audience: string): () => void;
  /** How many watch streams of an audience are open. */
  openStreams(audience: string): number;
  /** The version that is being announced. */
  versionAnnounced(audience: string, version: number): void;
  /** All of it, in Prometheus' text format. */
  render(): Promise<string>;
  /** The content type of what `render` gives. */
  readonly contentType: string;
}

/** Counters that start at zero, in a registry of their own, with Node's process metrics beside them. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: "aplomb_http_request_duration_seconds",
    help: "Finished HTTP requests by route and status; a watch stream counts when it ends.",
    labelNames: ["method", "route", "status"],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers,
  });
  const batches = new Counter({
    name: "aplomb_batches_total",
    help: "Exposure batches by what became of them: stored, duplicate, or the code they were refused with.",
    labelNames: ["outcome"],
    registers,
  });
  const rows = new Counter({
    name: "aplomb_rows_total",
    help: "Rows of stored batches: stored, duplicate (known already) or rejected.",
    labelNames: ["kind", "outcome"],
    registers,
  });
  const storing = new Histogram({
    name: "aplomb_store_duration_seconds",
    help: "From a checked batch to its sync on disk.",
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers,
  });
  const streams = new Gauge({
    name: "aplomb_watch_streams_open",
    help: "Open watch streams by audience.",
    labelNames: ["audience"],
    registers,
  });
  const open = new Map<string, number>();
  const versions = new Gauge({
    name: "aplomb_bundle_version",
    help: "The bundle version that is announced, by audience.",
    labelNames: ["audience"],
    registers,
  });

  return {
    requestFinished: ({ method, route, status, durationMs }) =>
      requests.observe({ method, route, status }, durationMs / 1_000),
    startStoring: () => storing.startTimer(),
    batchStored(outcome, { refused }) {
      batches.inc({ outcome: outcome.duplicate ? "duplicate" : "stored" });
      if (outcome.duplicate) return;
      const refusedEvents = refused.filter((row) => row.trackEvent).length;
      rows.inc({ kind: "exposure", outcome: "stored" }, outcome.newExposures);
      rows.inc({ kind: "exposure", outcome: "duplicate" }, outcome.knownExposures);
      rows.inc({ kind: "exposure", outcome: "rejected" }, refused.length - refusedEvents);
      rows.inc({ kind: "track_event", outcome: "stored" }, outcome.newTrackEvents);
      rows.inc({ kind: "track_event", outcome: "rejected" }, refusedEvents);
    },
    batchRefused: (error) => batches.inc({ outcome: refusalCodeOf(error) }),
    streamOpened(audience) {
      const add = (change: 1 | -1): void => {
        open.set(audience, (open.get(audience) ?? 0) + change);
        streams.inc({ audience }, change);
      };
      add(1);
      return () => add(-1);
    },
    openStreams: (audience) => open.get(audience) ?? 0,
    versionAnnounced: (audience, version) => versions.set({ audience }, version),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** The code an error was refused with: one of a small table. */
function refusalCodeOf(error: unknown): string {
  return (error instanceof ConnectError ? error.metadata.get("aplomb-code") : undefined) ?? "internal";
}
