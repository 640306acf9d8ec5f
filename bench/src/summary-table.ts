/** The figures of a run in one small table, fastest first: what a README shows. @module */
import type { Results } from "./results.js";
import { bestPeerNs, type Table, timeNs } from "./results-table.js";

const WORKLOADS = ["W1", "W2", "W3"] as const;
/** Variants of Aplomb that only the full tables tell apart. */
const LEFT_OUT: ReadonlySet<string> = new Set(["aplomb-exposing", "aplomb-value", "aplomb-details"]);

/** Time of one operation with its ratios to the floor and to the fastest peer; the time until 10,000 flags have been used. */
export function summaryTable(results: Results): Table {
  const rows = results.contenders
    .filter(({ name }) => !LEFT_OUT.has(name))
    .sort((a, b) => timeNs(results, "W1", a.name) - timeNs(results, "W1", b.name))
    .map(({ name, title }) => [
      title,
      ...WORKLOADS.map((workload) => cell(results, workload, name)),
      untilUsed(results, name),
    ]);
  const head = [
    "",
    "one boolean flag",
    "one flag of ten rules",
    "100 flags, one context",
    "10,000 flags: from bytes until each was used",
  ];
  return { title: "Time · times the hand-written floor · times the fastest other SDK", head, rows };
}

function cell(results: Results, workload: string, name: string): string {
  const ns = timeNs(results, workload, name);
  if (!Number.isFinite(ns)) return "–";
  const [floor, peer] = [timeNs(results, workload, "floor"), bestPeerNs(results, workload)];
  return `${timeText(ns)} · ${(ns / floor).toFixed(1)} · ${(ns / peer).toFixed(2)}`;
}

function untilUsed(results: Results, name: string): string {
  const cost = results.load["10000"]?.[name];
  return cost === undefined ? "–" : `${Math.round((cost.ready.ns + cost.useAll.ns) / 1e6)} ms`;
}

function timeText(ns: number): string {
  return ns < 10_000 ? `${Math.round(ns).toLocaleString("en")} ns` : `${(ns / 1_000).toFixed(0)} µs`;
}
