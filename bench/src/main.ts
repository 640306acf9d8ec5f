/** Measures Aplomb, a hand-written floor and other SDKs on the same flags, side by side. @module */
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { budgetTable } from "./budget-table.js";
import { buildWorkers } from "./build-workers.js";
import { drawChart } from "./draw-chart.js";
import { measureExposures, measureGarbage, measureLoad } from "./measure-load.js";
import { type MeasureParts, measureSpeed } from "./measure-speed.js";
import { describeContenders, describeMachine, type Results } from "./results.js";
import { tablesOf, terminalTable } from "./results-table.js";
import { type Part, type RunOptions, readRunOptions } from "./run-options.js";
import { writeAll, writeSummary } from "./write-docs.js";

const benchRoot = join(dirname(fileURLToPath(import.meta.url)), "..");
const built = join(benchRoot, "dist");
const deliveries = join(built, "deliveries");
const worker = (name: string): string => join(built, `${name}.mjs`);
const tell = (line: string): void => void process.stderr.write(`${line}\n`);

/** Installs the peers, which no other part of the repository needs. */
function installPeers(): void {
  if (existsSync(join(benchRoot, "node_modules"))) return;
  tell("installing the peers into bench/node_modules");
  execFileSync("npm", ["ci"], { cwd: benchRoot, stdio: ["ignore", 2, 2] });
}

async function measure(options: RunOptions): Promise<Results> {
  const machine = describeMachine();
  const parts: MeasureParts = { entries: options.entries, worker, deliveries, tell };
  const wanted = <T>(part: Part, run: () => Promise<T>): Promise<T | undefined> =>
    options.parts.has(part) ? run() : Promise.resolve(undefined);
  const { processes, batches, batchMs, exposures: exposureCount } = options;
  const speed = await wanted("speed", () => measureSpeed(parts, options));
  const garbageBytes = await wanted("garbage", () => measureGarbage(parts));
  const load = await wanted("load", () => measureLoad(parts, processes));
  const exposures = await wanted("exposures", () => measureExposures(parts, exposureCount));
  return {
    measuredAt: new Date().toISOString(),
    machine,
    method: { processes, batches, batchMs },
    contenders: describeContenders(benchRoot, options.entries),
    speed: speed ?? {},
    garbageBytes: garbageBytes ?? {},
    load: load ?? {},
    ...(exposures && { exposures }),
  };
}

/** W6 needs no peers: the endpoint's own bench runs it. */
function measureEndpoint(args: readonly string[]): void {
  const script = join(benchRoot, "..", "packages", "server", "bench", "endpoint.ts");
  const flags = ["--conditions=@aplomb/source", "--import", "tsx"];
  execFileSync(process.execPath, [...flags, script, ...args], { stdio: "inherit" });
}

async function main(): Promise<void> {
  const [first, ...rest] = process.argv.slice(2);
  if (first === "endpoint") return measureEndpoint(rest);
  const options = readRunOptions(process.argv.slice(2));
  if (options === undefined) return;
  installPeers();
  tell("bundling the workers and writing everybody's flags");
  await buildWorkers(benchRoot, built);
  const names = new Set([...options.entries.map(({ name }) => name), "aplomb"]);
  execFileSync(process.execPath, [worker("deliver-worker"), deliveries, ...names], { stdio: ["ignore", 2, 2] });
  const results = await measure(options);
  for (const table of [...tablesOf(results), budgetTable(results)]) process.stdout.write(`\n${terminalTable(table)}\n`);
  if (!options.writeDocs) return;
  const repositoryRoot = join(benchRoot, "..");
  writeFileSync(join(benchRoot, "results.json"), `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(join(repositoryRoot, "docs", "images", "bench.svg"), drawChart(results));
  writeAll(join(repositoryRoot, "docs", "performance.md"), results);
  writeSummary(join(repositoryRoot, "README.md"), results);
}

await main();
