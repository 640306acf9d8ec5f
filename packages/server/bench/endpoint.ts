/** W6: what one endpoint takes and answers, over loopback, into an embedded database and into PostgreSQL. @module */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { availableParallelism, cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { findPostgres, postgresHint, startPostgres } from "@aplomb/testkit/postgres";
import { temporaryDirectory } from "../test/endpoint.js";
import { residentMb } from "./cpu-time.js";
import type { LoadFigures } from "./load.js";
import { type IngestLoad, measureIngest, type Target } from "./measure-ingest.js";
import { measurePolls, measureStreams } from "./measure-reading.js";

const isQuick = process.argv.includes("--quick");
const rowsPerBatch = 500;
const batches = isQuick ? 40 : 400;
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const whole = (number: number): string => Math.round(number).toLocaleString("en");
const pause = (forMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, forMs));

/** A running endpoint. */
interface RunningEndpoint extends Target {
  publish(): void;
  stop(): Promise<void>;
}

async function start(databaseUrl: string | undefined, databasePid: number | undefined): Promise<RunningEndpoint> {
  const directory = await temporaryDirectory();
  const script = fileURLToPath(new URL("./serve.ts", import.meta.url));
  const args = ["--conditions=@aplomb/source", "--import", "tsx", script, directory];
  const child = spawn(process.execPath, databaseUrl ? [...args, databaseUrl] : args, {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = await once(child.stdout, "data");
  const pids = [child.pid ?? 0, ...(databasePid ? [databasePid] : [])];
  return {
    ...{ url: String(line).trim(), pids },
    publish: () => void child.stdin.write("publish\n"),
    async stop() {
      const ended = once(child, "exit");
      child.stdin.end();
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function tell(name: string, { requestsPerSecond, p50Ms, p99Ms, processors }: LoadFigures, rows: number): void {
  const [endpoint = Number.NaN, database] = processors;
  const cpu = [
    `endpoint ${endpoint.toFixed(2)}`,
    ...(database === undefined ? [] : [`PostgreSQL ${database.toFixed(2)}`]),
  ];
  const perCpuSecond = (requestsPerSecond * rows) / endpoint;
  print(
    `  ${name.padEnd(44)} ${whole(requestsPerSecond * rows).padStart(7)}/s  p50 ${p50Ms.toFixed(1)} ms  p99 ${p99Ms.toFixed(1)} ms` +
      `  processors: ${cpu.join(", ")}  (${whole(perCpuSecond)} per endpoint CPU second)`,
  );
}

async function measureWriting(target: Target, connections: number): Promise<void> {
  const load: IngestLoad = { rowsPerBatch, batches, connections };
  await measureIngest(target, { ...load, batches: Math.min(60, batches) });
  const full = await measureIngest(target, load);
  tell(`rows, batches of 500, ${connections} connections`, full, rowsPerBatch);
  const half = { ...load, batches: batches / 2, batchesPerSecond: full.requestsPerSecond / 2 };
  tell("rows, at half of that", await measureIngest(target, half), rowsPerBatch);
  const small: IngestLoad = { rowsPerBatch: 5, batches: batches * 10, connections: 32 };
  tell("rows, batches of 5, 32 connections", await measureIngest(target, small), 5);
}

async function measureReading(endpoint: RunningEndpoint): Promise<void> {
  const [pid = 0] = endpoint.pids;
  await measurePolls(endpoint, 1_000, 16);
  const polls = await measurePolls(endpoint, 10_000, 16);
  tell("polls without change, 10,000", polls, 1);
  print(`  ${"".padEnd(44)} ${whole(polls.bytesPerPoll)} bytes each, both ways, with headers`);
  const before = residentMb(pid);
  let open = before;
  const streams = isQuick ? 100 : 1_000;
  const figures = await measureStreams(endpoint, streams, endpoint.publish, async () => {
    await pause(1_000);
    open = residentMb(pid);
  });
  print(
    `  ${`watch streams, ${whole(streams)}`.padEnd(44)} open in ${whole(figures.openedMs)} ms, a new version heard by half in ` +
      `${whole(figures.halfHeardMs)} ms, by all in ${whole(figures.allHeardMs)} ms; memory ${whole(before)} → ${whole(open)} MB`,
  );
}

const [load = 0] = loadavg();
print(
  `Node ${process.version.slice(1)}, ${availableParallelism()} processors (${cpus()[0]?.model.trim()}), load before ${load.toFixed(1)}`,
);
print("\nEmbedded store, synced before each acknowledgement");
const embedded = await start(undefined, undefined);
await measureWriting(embedded, 4);
await embedded.stop();

print("\nPostgreSQL with its default settings, synced before each acknowledgement");
if (findPostgres() === undefined) print(`  left out: ${postgresHint}`);
else {
  const server = await startPostgres();
  const endpoint = await start(server.url, server.pid);
  await measureWriting(endpoint, 8);
  await endpoint.stop();
  await server.stop();
}

print("\nReading");
const reading = await start(undefined, undefined);
await measureReading(reading);
await reading.stop();
