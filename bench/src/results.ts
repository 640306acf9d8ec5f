/** What a run measured, and where it is kept. @module */
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { join } from "node:path";
import type { Entry } from "./contender-list.js";
import type { ExposureCost } from "./exposure-worker.js";
import type { LoadCost } from "./load-worker.js";
import type { Duration } from "./stopwatch.js";

/** Figures by contender. */
export type ByContender<T> = Readonly<Record<string, T>>;

/** One run. Figures of two runs cannot be compared; their ratios within one run can. */
export interface Results {
  readonly measuredAt: string;
  readonly machine: Machine;
  readonly method: { readonly processes: number; readonly batches: number; readonly batchMs: number };
  readonly contenders: readonly ContenderFacts[];
  /** By workload: medians for one operation. */
  readonly speed: Readonly<Record<string, ByContender<Duration>>>;
  /** Bytes allocated by one W1 evaluation. */
  readonly garbageBytes: ByContender<number>;
  /** W4, by number of flags. */
  readonly load: Readonly<Record<string, ByContender<LoadCost>>>;
  /** W5. */
  readonly exposures?: ExposureCost;
}

/** Where it was measured. */
export interface Machine {
  readonly node: string;
  readonly cpu: string;
  readonly cpuCount: number;
  /** Processes that wanted a processor, mean of a minute, before the run began. */
  readonly loadBefore: number;
}

/** Who took part. */
export interface ContenderFacts {
  readonly name: string;
  readonly title: string;
  readonly kind: Entry["kind"];
  /** Package and version of a peer. */
  readonly source: string;
}

/** The machine that this runs on. */
export function describeMachine(): Machine {
  const [first] = cpus();
  const [loadBefore = 0] = loadavg();
  return { node: process.version, cpu: first?.model.trim() ?? "unknown", cpuCount: availableParallelism(), loadBefore };
}

/** Who takes part, with the versions that are installed. */
export function describeContenders(benchRoot: string, entries: readonly Entry[]): ContenderFacts[] {
  return entries.map(({ name, title, kind, packageName }) => {
    if (packageName === undefined)
      return { name, title, kind, source: kind === "ours" ? "this repository" : "by hand" };
    const manifest = readFileSync(join(benchRoot, "node_modules", packageName, "package.json"), "utf8");
    const { version } = JSON.parse(manifest) as { version: string };
    return { name, title, kind, source: `${packageName} ${version}` };
  });
}
