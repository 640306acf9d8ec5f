/** Measures loading, garbage and exposures, each in processes of its own. @module */
import { startChild } from "./child.js";
import type { ExposureCost } from "./exposure-worker.js";
import type { LoadCost } from "./load-worker.js";
import type { MeasureParts } from "./measure-speed.js";
import { medianOf } from "./median.js";
import type { ByContender, Results } from "./results.js";
import { medianDuration } from "./stopwatch.js";
import type { FlagSetName } from "./workload.js";

/** A young generation so large that nothing is collected while allocations are counted. */
const NO_COLLECTION = ["--expose-gc", "--min-semi-space-size=256", "--max-semi-space-size=256"];

/** W4: loads 1,000 and 10,000 flags in so many fresh processes of each contender, everybody in turn. */
export async function measureLoad(parts: MeasureParts, processes: number): Promise<Results["load"]> {
  const sizes: readonly (readonly [string, FlagSetName])[] = [
    ["1000", "mix-1000"],
    ["10000", "mix-10000"],
  ];
  const bySize: [string, ByContender<LoadCost>][] = [];
  for (const [size, flagSet] of sizes) bySize.push([size, await loadEverybody(parts, flagSet, processes)]);
  return Object.fromEntries(bySize);
}

async function loadEverybody(
  parts: MeasureParts,
  flagSet: FlagSetName,
  processes: number,
): Promise<ByContender<LoadCost>> {
  const costs = new Map<string, LoadCost[]>(parts.entries.map(({ name }) => [name, []]));
  for (let round = 0; round < processes; round++) {
    parts.tell(`load of ${flagSet}, processes ${round + 1} of ${processes}`);
    for (const { name } of parts.entries) {
      const args = [parts.deliveries, name];
      costs.get(name)?.push(await askOnce<LoadCost>(parts.worker("load-worker"), args, flagSet, ["--expose-gc"]));
    }
  }
  return Object.fromEntries([...costs].map(([name, ofContender]) => [name, medianCost(ofContender)]));
}

function medianCost(costs: readonly LoadCost[]): LoadCost {
  return {
    deliveryBytes: medianOf(costs, (cost) => cost.deliveryBytes),
    ready: medianDuration(costs.map(({ ready }) => ready)),
    readyBytes: medianOf(costs, (cost) => cost.readyBytes),
    useAll: medianDuration(costs.map(({ useAll }) => useAll)),
    usedBytes: medianOf(costs, (cost) => cost.usedBytes),
  };
}

/** Bytes that one W1 evaluation allocates. */
export async function measureGarbage(parts: MeasureParts): Promise<ByContender<number>> {
  const garbage: [string, number][] = [];
  for (const { name } of parts.entries) {
    parts.tell(`garbage of ${name}`);
    const args = [parts.deliveries, name];
    garbage.push([name, await askOnce<number>(parts.worker("garbage-worker"), args, "W1", NO_COLLECTION)]);
  }
  return Object.fromEntries(garbage);
}

/** W5: so many new exposures and so many repeated ones. */
export async function measureExposures(parts: MeasureParts, count: number): Promise<ExposureCost> {
  parts.tell(`${count.toLocaleString("en")} new and ${count.toLocaleString("en")} repeated exposures`);
  return askOnce<ExposureCost>(parts.worker("exposure-worker"), [parts.deliveries], count, ["--expose-gc"]);
}

async function askOnce<Answer>(
  worker: string,
  args: readonly string[],
  request: unknown,
  nodeFlags: readonly string[],
): Promise<Answer> {
  const child = startChild(worker, args, nodeFlags);
  try {
    return await child.ask<Answer>(request);
  } finally {
    await child.stop();
  }
}
