/** Holds the figures of a run against the budgets. @module */
import type { Results } from "./results.js";
import { type Table, timeNs } from "./results-table.js";

/** What is promised of a figure. */
interface Budget {
  readonly what: string;
  /** The most that is allowed, in words. */
  readonly allowed: string;
  readonly measured: number;
  readonly limit: number;
  readonly unit: string;
}

/** The budgets, what was measured, and whether they are met. */
export function budgetTable(results: Results): Table {
  const budgets = [...speedBudgets(results), ...loadBudgets(results), ...exposureBudgets(results)];
  const rows = budgets
    .filter(({ measured, limit }) => Number.isFinite(measured) && Number.isFinite(limit))
    .map(({ what, allowed, measured, limit, unit }) => [
      what,
      allowed,
      `${measured < 10 ? measured.toFixed(2) : Math.round(measured).toLocaleString("en")} ${unit}`.trim(),
      measured <= limit ? "yes" : "no",
    ]);
  return { title: "Budgets", head: ["", "at most", "measured", "met"], rows };
}

function speedBudgets(results: Results): Budget[] {
  const client = (workload: string): number => timeNs(results, workload, "aplomb");
  const overFloor = (workload: string): number => client(workload) / timeNs(results, workload, "floor");
  const reads = ["W1", "W2", "W3"].map((workload) => ({
    what: `${workload} through the client, exposing nothing`,
    allowed: "1.2 × the floor",
    measured: overFloor(workload),
    limit: 1.2,
    unit: "×",
  }));
  return [
    ...reads,
    {
      what: "W1 among 1,000 flags, each as a multiple of its floor",
      allowed: "1.1 × W1",
      measured: overFloor("W1 of 1,000") / overFloor("W1"),
      limit: 1.1,
      unit: "×",
    },
    {
      what: "W1, exposing a unit again",
      allowed: "W1 + 300 ns",
      measured: timeNs(results, "W1", "aplomb-exposing") - client("W1"),
      limit: 300,
      unit: "ns more",
    },
    {
      what: "garbage of W1 through the client",
      allowed: "nothing",
      measured: Math.max(0, results.garbageBytes.aplomb ?? Number.NaN),
      limit: 1,
      unit: "bytes",
    },
  ];
}

function loadBudgets({ load }: Results): Budget[] {
  const own = load["10000"]?.aplomb;
  const growthbook = load["10000"]?.growthbook;
  const untilUsed = (cost: typeof own): number => (cost ? cost.ready.ns + cost.useAll.ns : Number.NaN);
  return [
    {
      what: "10,000 flags: verify, index, first value",
      allowed: "20 ms",
      measured: (own?.ready.ns ?? Number.NaN) / 1e6,
      limit: 20,
      unit: "ms",
    },
    {
      what: "memory held then, the bundle included",
      allowed: "1.5 × the bundle",
      measured: own ? own.readyBytes / own.deliveryBytes : Number.NaN,
      limit: 1.5,
      unit: "×",
    },
    {
      what: "from bytes until each of them was used once",
      allowed: "GrowthBook's time",
      measured: untilUsed(own) / untilUsed(growthbook),
      limit: 1,
      unit: "× GrowthBook",
    },
  ];
}

function exposureBudgets({ exposures }: Results): Budget[] {
  const { distinctNs = Number.NaN, repeatedNs = Number.NaN } = exposures ?? {};
  return [
    { what: "a new exposure, until acknowledged", allowed: "8,000 ns", measured: distinctNs, limit: 8_000, unit: "ns" },
    { what: "a repeated exposure", allowed: "300 ns", measured: repeatedNs, limit: 300, unit: "ns" },
  ];
}
