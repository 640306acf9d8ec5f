/** Measures the time of one operation: fresh processes, everybody in turn, batch by batch. @module */
import { type Child, startChild } from "./child.js";
import type { Entry } from "./contender-list.js";
import type { Results } from "./results.js";
import type { SpeedRequest } from "./speed-worker.js";
import { type Duration, medianDuration } from "./stopwatch.js";
import { WORKLOADS } from "./workload.js";

/** How thoroughly to measure. */
export interface SpeedOptions {
  /** Processes of each contender, one after another. */
  readonly processes: number;
  /** Batches of each process and workload. */
  readonly batches: number;
  readonly batchMs: number;
  readonly warmMs: number;
}

/** What measuring needs. */
export interface MeasureParts {
  readonly entries: readonly Entry[];
  /** The path of a built worker. */
  readonly worker: (name: string) => string;
  /** The folder of the deliveries. */
  readonly deliveries: string;
  readonly tell: (line: string) => void;
}

interface Racer {
  readonly name: string;
  readonly child: Child;
  operations: number;
}

/** Measures all workloads. */
export async function measureSpeed(parts: MeasureParts, options: SpeedOptions): Promise<Results["speed"]> {
  const times = new Map<string, Duration[]>();
  for (let round = 0; round < options.processes; round++) {
    parts.tell(`speed, processes ${round + 1} of ${options.processes}`);
    const racers = parts.entries.map(({ name }) => ({
      name,
      child: startChild(parts.worker("speed-worker"), [parts.deliveries, name]),
      operations: 1,
    }));
    try {
      await checkAll(racers, parts.entries);
      for (const { name: workload } of WORKLOADS) await race(workload, racers, options, times);
    } finally {
      await Promise.all(racers.map(({ child }) => child.stop()));
    }
  }
  const byWorkload = WORKLOADS.map(({ name: workload }) => {
    const ofContender = parts.entries.map(({ name }) => {
      const batches = times.get(`${workload} ${name}`) ?? [];
      return [name, medianDuration(batches)];
    });
    return [workload, Object.fromEntries(ofContender)];
  });
  return Object.fromEntries(byWorkload);
}

/** Everybody checks its answers; those that hash as Aplomb does must give the same ones. */
async function checkAll(racers: readonly Racer[], entries: readonly Entry[]): Promise<void> {
  const twins = new Set(entries.filter(({ kind }) => kind !== "peer").map(({ name }) => name));
  const answers = new Map<string, string>();
  for (const { name, child } of racers) {
    const given = await child.ask<string>({ kind: "check" } satisfies SpeedRequest);
    if (twins.has(name)) answers.set(given, name);
  }
  if (answers.size > 1) throw new Error(`different answers from ${[...answers.values()].join(" and ")}`);
}

async function race(
  workload: string,
  racers: readonly Racer[],
  { warmMs, batchMs, batches }: SpeedOptions,
  times: Map<string, Duration[]>,
): Promise<void> {
  for (const racer of racers) {
    racer.operations = await racer.child.ask({ kind: "warm", workload, warmMs, batchMs } satisfies SpeedRequest);
  }
  for (let batch = 0; batch < batches; batch++) {
    for (const { name, child, operations } of racers) {
      const request: SpeedRequest = { kind: "batch", workload, operations };
      const key = `${workload} ${name}`;
      times.set(key, [...(times.get(key) ?? []), await child.ask<Duration>(request)]);
    }
  }
}
