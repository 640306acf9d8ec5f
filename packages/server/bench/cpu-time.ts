/** How much processor time and memory a process has used, with its children: read from /proc, so on Linux only. @module */
import { readdirSync, readFileSync } from "node:fs";

/** Kernel ticks in a second: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

interface Stat {
  readonly parent: number;
  readonly ticks: number;
}

function statOf(pid: number): Stat | undefined {
  try {
    // What follows the name, which may hold blanks, is: state, parent, …; 14 to 17 of the whole line are processor times.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ")
      .map(Number);
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + (fields[at] ?? 0), 0);
    return { parent: fields[1] ?? 0, ticks };
  } catch {
    return undefined;
  }
}

/** Seconds of a process and of its children, also of those that ended. NaN where there is no /proc. */
export function cpuSecondsOf(pid: number): number {
  const own = statOf(pid);
  if (own === undefined) return Number.NaN;
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((stat) => stat?.parent === pid);
  return (own.ticks + children.reduce((sum, stat) => sum + (stat?.ticks ?? 0), 0)) / ticksPerSecond;
}

/** Resident memory of a process, in MB. */
export function residentMb(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1_024;
  } catch {
    return Number.NaN;
  }
}
