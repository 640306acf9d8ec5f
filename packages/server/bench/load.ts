/** Sends requests over a number of connections, as fast as they are answered or at a rate, and times each. @module */
import { cpuSecondsOf } from "./cpu-time.js";

/** What is sent. */
export interface Load {
  readonly requests: number;
  readonly connections: number;
  /** Undefined: as fast as answers come. */
  readonly perSecond?: number;
  /** Sends one request; resolves when it was answered. */
  send(index: number): Promise<void>;
}

/** What that came to. */
export interface LoadFigures {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processors that each process kept busy, by its place among the pids. */
  readonly processors: readonly number[];
}

/**
 * Runs a load.
 *
 * At a rate, a time counts from the moment at which the request was due, so that one that had to wait for another is not flattered.
 */
export async function runLoad(load: Load, pids: readonly number[]): Promise<LoadFigures> {
  const timesMs: number[] = [];
  const cpuBefore = pids.map(cpuSecondsOf);
  const startMs = performance.now();
  let next = 0;
  const connection = async (): Promise<void> => {
    for (let index = next++; index < load.requests; index = next++) {
      let dueMs = performance.now();
      if (load.perSecond !== undefined) {
        dueMs = startMs + (index * 1_000) / load.perSecond;
        const waitMs = dueMs - performance.now();
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
      await load.send(index);
      timesMs.push(performance.now() - dueMs);
    }
  };
  await Promise.all(Array.from({ length: load.connections }, connection));
  const seconds = (performance.now() - startMs) / 1_000;
  timesMs.sort((a, b) => a - b);
  const quantile = (part: number): number => timesMs[Math.floor(part * (timesMs.length - 1))] ?? Number.NaN;
  return {
    requestsPerSecond: load.requests / seconds,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    processors: pids.map((pid, at) => (cpuSecondsOf(pid) - (cpuBefore[at] ?? 0)) / seconds),
  };
}
