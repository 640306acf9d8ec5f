/** The figures of a run as a table: time, ratio to the floor, ratio to the best peer. @module */
import type { ContenderFacts, Results } from "./results.js";
import type { Duration } from "./stopwatch.js";

/** A table of texts; the first column is on the left, all others on the right. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** All tables of a run. */
export function tablesOf(results: Results): Table[] {
  const isTimed = Object.keys({ ...results.speed, ...results.garbageBytes }).length > 0;
  const speed = isTimed ? [speedTable(results)] : [];
  return [...speed, ...loadTables(results), ...exposureTable(results)];
}

/** One column for each workload: time in ns · ratio to the floor · ratio to the fastest peer. */
function speedTable(results: Results): Table {
  const workloads = Object.keys(results.speed);
  const rows = results.contenders.map(({ name, title }) => [
    title,
    ...workloads.map((workload) => {
      const own = timeNs(results, workload, name);
      const ratios = [timeNs(results, workload, "floor"), bestPeerNs(results, workload)].map((ns) => ratio(own, ns));
      return [whole(own), ...ratios].join(" · ");
    }),
    whole(Math.max(0, results.garbageBytes[name] ?? Number.NaN)),
  ]);
  const title = "One operation: ns · times the floor · times the fastest peer";
  return { title, head: ["", ...workloads, "garbage of W1, bytes"], rows };
}

function loadTables(results: Results): Table[] {
  return Object.entries(results.load).map(([size, costs]) => {
    const head = ["", "delivery, KB", "ready, ms", "held, KB", "all used, ms", "held then, KB"];
    const rows = results.contenders.flatMap(({ name, title }) => {
      const cost = costs[name];
      if (cost === undefined) return [];
      const { deliveryBytes, ready, readyBytes, useAll, usedBytes } = cost;
      const memory = (bytes: number): string => (isNative(name) ? "native" : kilobytes(bytes));
      const cells = [milliseconds(ready), memory(readyBytes), milliseconds(useAll), memory(usedBytes)];
      return [[title, kilobytes(deliveryBytes), ...cells]];
    });
    return { title: `W4: ${Number(size).toLocaleString("en")} flags, from bytes to the first value`, head, rows };
  });
}

function exposureTable({ exposures }: Results): Table[] {
  if (exposures === undefined) return [];
  const { distinctNs, repeatedNs, heldBytes, delivered } = exposures;
  const head = ["Aplomb client", "beyond the read"];
  const rows = [
    ["a new exposure, until it is acknowledged", `${whole(distinctNs)} ns`],
    ["a repeated exposure", `${whole(repeatedNs)} ns`],
    ["exposures delivered", whole(delivered)],
    ["memory held afterwards", `${kilobytes(heldBytes)} KB`],
  ];
  return [{ title: "W5: exposing", head, rows }];
}

/** Whose memory lies outside of what V8 can count. */
function isNative(name: string): boolean {
  return name === "statsig-core";
}

/** The median time of one operation. */
export function timeNs(results: Results, workload: string, name: string): number {
  return results.speed[workload]?.[name]?.ns ?? Number.NaN;
}

/** The fastest peer's median. */
export function bestPeerNs(results: Results, workload: string): number {
  const peers = results.contenders.filter(({ kind }: ContenderFacts) => kind === "peer");
  return Math.min(...peers.map(({ name }) => timeNs(results, workload, name)));
}

function whole(value: number): string {
  return Number.isFinite(value) ? Math.round(value).toLocaleString("en") : "–";
}

function milliseconds({ ns }: Duration): string {
  return Number.isFinite(ns) ? (ns / 1e6).toFixed(1) : "–";
}

function ratio(value: number, reference: number): string {
  const quotient = value / reference;
  return Number.isFinite(quotient) ? quotient.toFixed(2) : "–";
}

function kilobytes(bytes: number): string {
  return whole(bytes / 1_000);
}

/** The table for a terminal. */
export function terminalTable({ title, head, rows }: Table): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ");
  return [title, line(head), ...rows.map(line)].join("\n");
}

/** The table in Markdown. */
export function markdownTable({ title, head, rows }: Table): string {
  const line = (row: readonly string[]): string => `| ${row.join(" | ")} |`;
  const rule = line(head.map((_, column) => (column === 0 ? "---" : "---:")));
  return [`**${title}**`, "", line(head), rule, ...rows.map(line)].join("\n");
}
