/** How much memory the process may use: by its own heap limit, and by the container it runs in. @module */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { getHeapStatistics } from "node:v8";
import { FlagError } from "@aplomb/core";

/** What the process may use. */
export interface MemoryLimits {
  /** The most that V8 lets the heap grow to, in bytes: `--max-old-space-size` and what young objects take beside it. */
  readonly heapLimitBytes: number;
  /** The least limit of the control groups that the process is in; undefined where none has one. */
  readonly containerLimitBytes: number | undefined;
}

/** Where Linux says which control groups a process is in, and what limits they have. */
export interface ControlGroupFiles {
  /** Default: /proc/self/cgroup. */
  readonly self?: string;
  /** Default: /sys/fs/cgroup. */
  readonly root?: string;
}

/** The part of a container's memory that the heap is best given; the rest is for buffers, the database's cache and the program itself. */
const heapPart = 0.7;
/** Limits from here on are how the kernel writes "none". */
const noLimit = 2 ** 60;
const mebibyte = 1024 * 1024;

/** Asks V8 and the kernel. */
export function readMemoryLimits(files: ControlGroupFiles = {}): MemoryLimits {
  return { heapLimitBytes: getHeapStatistics().heap_size_limit, containerLimitBytes: readContainerLimit(files) };
}

/**
 * The least memory limit of the process's control groups, version 2 and version 1, with all groups above them; undefined for none.
 *
 * Inside a container the group may be named as the host sees it, while the container's files begin at the root: files that are not
 * there are passed over, and the root is always asked.
 */
export function readContainerLimit({
  self = "/proc/self/cgroup",
  root = "/sys/fs/cgroup",
}: ControlGroupFiles = {}): number | undefined {
  const limits = (textOf(self) ?? "").split("\n").flatMap((line) => {
    const [, controllers = "", path = "/"] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === "") return limitsAlong(root, path, "memory.max");
    return controllers.split(",").includes("memory")
      ? limitsAlong(join(root, "memory"), path, "memory.limit_in_bytes")
      : [];
  });
  const least = Math.min(...limits, ...limitsAlong(root, "/", "memory.max"));
  return least < noLimit ? least : undefined;
}

/** The limits of a group and of those above it. */
function limitsAlong(root: string, path: string, file: string): number[] {
  const names = path.split("/").filter((name) => name !== "" && name !== "..");
  return Array.from({ length: names.length + 1 }, (_, depth) => join(root, ...names.slice(0, depth), file)).flatMap(
    (path) => {
      const text = textOf(path)?.trim() ?? "";
      return /^\d+$/.test(text) ? [Number(text)] : [];
    },
  );
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/**
 * Refuses a heap that may outgrow its container: under load it would be killed, with everything in flight, again and again.
 *
 * @throws FlagError `OPTION` that says what to start the process with.
 */
export function requireHeapWithin({ heapLimitBytes, containerLimitBytes }: MemoryLimits): void {
  if (containerLimitBytes === undefined || heapLimitBytes < containerLimitBytes) return;
  const inMiB = (bytes: number): number => Math.floor(bytes / mebibyte);
  throw new FlagError(
    "OPTION",
    `the heap may grow to ${inMiB(heapLimitBytes)} MiB, but the container has ${inMiB(containerLimitBytes)} MiB and would ` +
      `be killed: start node with --max-old-space-size=${inMiB(containerLimitBytes * heapPart)}, or give the container more memory`,
  );
}
