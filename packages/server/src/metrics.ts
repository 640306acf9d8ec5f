/** What the endpoint counts, in a Prometheus registry of its own. @module */
import { ConnectError } from "@connectrpc/connect";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { type ClientMetrics, createClientMetrics } from "./client-metrics.js";
import type { StoreOutcome } from "./exposure-store.js";
import type { MemoryLimits } from "./memory-limits.js";
import type { CheckedRows } from "./receive/check-rows.js";

/** The counters, as the parts of the endpoint see them. */
export interface Metrics extends Omit<ClientMetrics, "batchReceived" | "rowsJudged"> {
  /** A finished HTTP request. The route is its pattern, never its URL, so that labels stay few. */
  requestFinished(request: { method: string; route: string; status: number; durationMs: number }): void;
  /** Starts timing the store; the returned function stops it. */
  startStoring(): () => void;
  /** A batch that was stored or known, and the rows of it that were refused. */
  batchStored(client: string, outcome: StoreOutcome, rows: CheckedRows): void;
  /** A batch that was refused as a whole. */
  batchRefused(client: string, error: unknown): void;
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
export function createMetrics(limits: MemoryLimits): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const clients = createClientMetrics(registry);
  addLimits(registry, limits);
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: "aplomb_http_request_duration_seconds",
    help: "Finished HTTP requests by route and status; a watch stream counts when it ends.",
    labelNames: ["method", "route", "status"],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers,
  });
  const batches = createBatchCounters(registry, clients);
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
    ...clients,
    ...batches,
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

/** Counters of batches and their rows. */
function createBatchCounters(
  registry: Registry,
  clients: ClientMetrics,
): Pick<Metrics, "batchStored" | "batchRefused"> {
  const registers = [registry];
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
  return {
    batchStored(client, outcome, checked) {
      const { refused } = checked;
      const became = outcome.duplicate ? "duplicate" : "stored";
      batches.inc({ outcome: became });
      clients.batchReceived(client, became);
      if (outcome.duplicate) return;
      clients.rowsJudged(checked);
      const refusedEvents = refused.filter((row) => row.trackEvent).length;
      rows.inc({ kind: "exposure", outcome: "stored" }, outcome.newExposures);
      rows.inc({ kind: "exposure", outcome: "duplicate" }, outcome.knownExposures);
      rows.inc({ kind: "exposure", outcome: "rejected" }, refused.length - refusedEvents);
      rows.inc({ kind: "track_event", outcome: "stored" }, outcome.newTrackEvents);
      rows.inc({ kind: "track_event", outcome: "rejected" }, refusedEvents);
    },
    batchRefused(client, error) {
      batches.inc({ outcome: refusalCodeOf(error) });
      clients.batchReceived(client, refusalCodeOf(error));
    },
  };
}

/** What the process may use, to draw beside what it does use. */
function addLimits(registry: Registry, { heapLimitBytes, containerLimitBytes }: MemoryLimits): void {
  const registers = [registry];
  new Gauge({ name: "aplomb_heap_limit_bytes", help: "The most that the heap may grow to.", registers }).set(
    heapLimitBytes,
  );
  if (containerLimitBytes === undefined) return;
  const help = "The memory limit of the container; absent where there is none.";
  new Gauge({ name: "aplomb_memory_limit_bytes", help, registers }).set(containerLimitBytes);
}

/** The code an error was refused with: one of a small table. */
function refusalCodeOf(error: unknown): string {
  return (error instanceof ConnectError ? error.metadata.get("aplomb-code") : undefined) ?? "internal";
}
