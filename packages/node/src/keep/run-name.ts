/** Names of runs: from one it can be told whether the process that bears it is still there. @module */
import { createHash, randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** A run that cannot be asked for is taken to be over when it has not said for so long that it is there. */
const SILENT_MS = 900_000;

/** The name of a run that has ended in order. */
export function nameOfEnded(): string {
  return `ended.${randomUUID()}`;
}

/** A new name for a run of this process. */
export function nameOfRun(): string {
  return [scope(), process.pid, startOf(process.pid) ?? 0, randomUUID()].join(".");
}

/**
 * Whether the process behind a name still runs.
 *
 * Process numbers are used again, and mean something only on one machine and in one container: so a name also says where
 * it was given, and when its process was started. Of a run elsewhere only its silence tells.
 *
 * @param silentMs - For how long the run has not been heard.
 */
export function isRunning(name: string, silentMs: number): boolean {
  const [where, pid, start] = name.split(".");
  if (where === "ended") return false;
  if (where !== scope()) return silentMs < SILENT_MS;
  const startNow = startOf(Number(pid));
  return startNow === undefined ? answersSignals(Number(pid)) : startNow === start;
}

/** Where process numbers mean the same: this boot of this machine, this container. */
function scope(): string {
  const parts = [hostname(), textOf("/proc/sys/kernel/random/boot_id"), linkOf("/proc/self/ns/pid")];
  return createHash("sha256").update(parts.join()).digest("hex").slice(0, 8);
}

/** When a process was started, in ticks since the boot; "over" if it has ended, undefined where that cannot be known. */
function startOf(pid: number): string | undefined {
  const stat = textOf(`/proc/${pid}/stat`);
  if (stat === "") return textOf("/proc/self/stat") === "" ? undefined : "over";
  // The name of the program stands in parentheses and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? "over" : fields[19];
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
