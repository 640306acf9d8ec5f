/** Measures how many exposures a second one process stores, over loopback into a database on disk. @module */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type Exposure, writePublishRequest } from "@aplomb/core";
import { batchBytes, exposure } from "../test/batches.js";
import { pageKey, temporaryDirectory } from "../test/endpoint.js";
import { startChild } from "../test/start-child.js";

/** One workload: how many rows in a batch, how many connections, how many batches a second at most. */
interface Load {
  readonly name: string;
  readonly rows: number;
  readonly connections: number;
  readonly batches: number;
  /** Undefined: as fast as answers come. */
  readonly batchesPerSecond?: number;
}

const loads: readonly Load[] = [
  { name: "warm-up", rows: 500, connections: 2, batches: 40 },
  { name: "batches of 500, as fast as they go", rows: 500, connections: 4, batches: 400 },
  { name: "batches of 500, at 25,000 rows/s", rows: 500, connections: 4, batches: 250, batchesPerSecond: 50 },
  { name: "batches of 5, as fast as they go", rows: 5, connections: 32, batches: 8_000 },
];

let unit = 0;
const rowsOf = (count: number): Exposure[] => Array.from({ length: count }, () => exposure({ unit: `user-${unit++}` }));

const directory = await temporaryDirectory();
const { child, url } = await startChild(directory);
const target = `${url}/aplomb.v1.ResolveService/PublishExposures`;
const headers = {
  authorization: `Bearer ${pageKey}`,
  "content-type": "application/proto",
  "connect-protocol-version": "1",
};

/** Sends one batch and waits until it is on disk; answers how long that took. */
async function send(batch: Uint8Array<ArrayBuffer>): Promise<number> {
  const startMs = performance.now();
  const response = await fetch(target, { method: "POST", headers, body: writePublishRequest(batch, Date.now()) });
  const body = await response.arrayBuffer();
  if (!response.ok || body.byteLength > 0) throw new Error(`a batch was not stored as new: ${response.status}`);
  return performance.now() - startMs;
}

/** The processor time the server has used so far, in seconds. */
async function serverSeconds(): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(metrics)?.[1]);
}

async function run(load: Load): Promise<void> {
  const batches = Array.from({ length: load.batches }, () => batchBytes({ exposures: rowsOf(load.rows) }));
  const latenciesMs: number[] = [];
  const cpuBefore = await serverSeconds();
  const startMs = performance.now();
  let next = 0;
  const connection = async (): Promise<void> => {
    for (let index = next++; index < batches.length; index = next++) {
      const dueMs = load.batchesPerSecond === undefined ? 0 : startMs + (index * 1_000) / load.batchesPerSecond;
      const waitMs = dueMs - performance.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      const batch = batches[index];
      if (batch) latenciesMs.push(await send(batch));
    }
  };
  await Promise.all(Array.from({ length: load.connections }, connection));
  const seconds = (performance.now() - startMs) / 1_000;
  const cpuSeconds = (await serverSeconds()) - cpuBefore;
  latenciesMs.sort((a, b) => a - b);
  const rows = load.rows * load.batches;
  const quantile = (part: number) => latenciesMs[Math.floor(part * (latenciesMs.length - 1))]?.toFixed(1);
  process.stdout.write(
    `${load.name.padEnd(38)} ${Math.round(rows / seconds).toLocaleString("en")} rows/s, ` +
      `${Math.round(rows / cpuSeconds).toLocaleString("en")} rows per CPU second, ` +
      `${Math.round(load.batches / seconds).toLocaleString("en")} batches/s, p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms\n`,
  );
}

for (const load of loads) await run(load);
child.kill("SIGTERM");
await rm(join(directory), { recursive: true, force: true });
