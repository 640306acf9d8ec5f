/** What the kernel and V8 say of memory, and when an endpoint refuses to start. @module */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readContainerLimit, readMemoryLimits, requireHeapWithin } from "./memory-limits.js";

const mebibyte = 1024 * 1024;
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-cgroup-"));
});
afterEach(() => rm(dir, { recursive: true }));

describe("readContainerLimit", () => {
  test.each<{ name: string; self: string; files: Record<string, string>; limit: number | undefined }>([
    { name: "nothing to read", self: "", files: {}, limit: undefined },
    { name: "version 2, in a container", self: "0::/", files: { "memory.max": "268435456\n" }, limit: 268_435_456 },
    { name: "version 2, without a limit", self: "0::/", files: { "memory.max": "max\n" }, limit: undefined },
    {
      name: "version 2, a service whose slice has the lower limit",
      self: "0::/system.slice/aplomb.service",
      files: { "system.slice/memory.max": "1000", "system.slice/aplomb.service/memory.max": "2000" },
      limit: 1_000,
    },
    {
      name: "version 1",
      self: "5:cpu,cpuacct:/x\n4:memory:/docker/abc\n0::/",
      files: { "memory/docker/abc/memory.limit_in_bytes": "536870912" },
      limit: 536_870_912,
    },
    {
      name: "version 1, named as the host sees it",
      self: "4:memory:/docker/abc",
      files: { "memory/memory.limit_in_bytes": "536870912" },
      limit: 536_870_912,
    },
    {
      name: "version 1, without a limit",
      self: "4:memory:/",
      files: { "memory/memory.limit_in_bytes": "9223372036854771712" },
      limit: undefined,
    },
  ])("$name → $limit", async ({ self, files, limit }) => {
    for (const [path, text] of Object.entries({ ...files, "../self": self })) {
      await mkdir(dirname(join(dir, "root", path)), { recursive: true });
      await writeFile(join(dir, "root", path), text);
    }
    expect(readContainerLimit({ self: join(dir, "self"), root: join(dir, "root") })).toBe(limit);
  });
});

test("the heap limit is V8's own", () => {
  expect(readMemoryLimits({ self: dir, root: dir })).toEqual({
    heapLimitBytes: expect.any(Number),
    containerLimitBytes: undefined,
  });
});

test.each([
  { heapMiB: 358, containerMiB: 512, starts: true },
  { heapMiB: 4_000, containerMiB: undefined, starts: true },
  { heapMiB: 512, containerMiB: 512, starts: false },
  { heapMiB: 4_000, containerMiB: 512, starts: false },
])("S-09: I-01: a heap of $heapMiB MiB in $containerMiB MiB starts: $starts", ({ heapMiB, containerMiB, starts }) => {
  const limits = {
    heapLimitBytes: heapMiB * mebibyte,
    containerLimitBytes: containerMiB && containerMiB * mebibyte,
  };
  const start = (): void => requireHeapWithin(limits);
  if (starts) expect(start).not.toThrow();
  else expect(start).toThrow(/start node with --max-old-space-size=358\b/);
});
