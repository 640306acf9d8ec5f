/** Times work in this process. @module */
import { medianOf } from "./median.js";

/** How long something took. */
export interface Duration {
  /**
   * The lesser of the other two: neighbours on the machine lengthen time on the clock, and helper threads that run beside
   * the work lengthen processor time.
   */
  readonly ns: number;
  /** Processor time of the process, its helper threads such as the garbage collector's included. */
  readonly cpuNs: number;
  readonly wallNs: number;
}

/** Starts a stopwatch; calling it reads it. */
export function startStopwatch(): () => Duration {
  const cpuBefore = process.cpuUsage();
  const wallBefore = process.hrtime.bigint();
  return () => {
    const wallNs = Number(process.hrtime.bigint() - wallBefore);
    const { user, system } = process.cpuUsage(cpuBefore);
    const cpuNs = (user + system) * 1_000;
    return { ns: Math.min(cpuNs, wallNs), cpuNs, wallNs };
  };
}

/** The share of each of so many equal parts. */
export function perOperation({ ns, cpuNs, wallNs }: Duration, operations: number): Duration {
  return { ns: ns / operations, cpuNs: cpuNs / operations, wallNs: wallNs / operations };
}

/** The medians of some durations. */
export function medianDuration(durations: readonly Duration[]): Duration {
  return {
    ns: medianOf(durations, ({ ns }) => ns),
    cpuNs: medianOf(durations, ({ cpuNs }) => cpuNs),
    wallNs: medianOf(durations, ({ wallNs }) => wallNs),
  };
}
