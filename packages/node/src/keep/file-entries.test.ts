/** Entries as files: they survive what writes them, go to one run only, and fail without harm. @module */
import fs from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "@aplomb/testkit";
import { startProgram } from "@aplomb/testkit/start-program";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFileEntries } from "./file-entries.js";
import type { Disk } from "./file-entry.js";
import { isRunning, nameOfEnded, nameOfRun } from "./run-name.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "aplomb-"));
});
afterEach(() => rm(directory, { recursive: true }));

const text = (value: string) => new TextEncoder().encode(value);
const open = (disk?: Disk, name = "a") =>
  createFileEntries({ directory, name, maxBytes: 1_000, ...(disk && { disk }) });
const files = () =>
  fs
    .readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
const contents = () => files().map((path) => fs.readFileSync(path, "utf8"));
const read = async (entry: { read(): unknown }) => Buffer.from((await entry.read()) as Uint8Array).toString();

/** A disk on which some calls fail from a moment on. */
function failingDisk(fails: Partial<Disk>) {
  let isFailing = false;
  const setFailing = (next: boolean): void => {
    isFailing = next;
  };
  const get = (target: Disk, name: keyof Disk) => (isFailing && fails[name]) || target[name];
  return { disk: new Proxy<Disk>(fs, { get: get as never }), setFailing };
}

const error = (code: string): never => {
  throw Object.assign(new Error(code), { code });
};

describe("createFileEntries", () => {
  test("makes nothing before it is needed", async () => {
    const entries = open();
    expect(await entries.takeOver()).toEqual([]);
    entries.close();
    expect(fs.readdirSync(directory)).toEqual([]);
  });

  test("what is appended is in the file when the call returns, for its owner only", () => {
    const entry = open().create(text("one "));
    expect(entry?.append(text("two "))).toBe(true);
    expect(contents()).toEqual(["one two "]);
    expect(files().map((path) => fs.statSync(path).mode & 0o777)).toEqual([0o600]);
    entry?.remove();
    expect(files()).toEqual([]);
  });

  test("a run that has ended leaves its entries to the next, oldest first, to one only", async () => {
    const first = open();
    for (const value of ["1", "2", "3"]) first.create(text(value));
    const [second, third] = [open(), open()];
    expect(await second.takeOver()).toEqual([]);
    first.close();
    const taken = await Promise.all([second.takeOver(), third.takeOver()]);
    const values = await Promise.all(taken.map((entries) => Promise.all(entries.map(read))));
    expect(values.flat().sort()).toEqual(["1", "2", "3"]);
    for (const own of values) expect(own).toEqual([...own].sort());
    expect(await second.takeOver()).toEqual([]);
    expect(await open(undefined, "another audience").takeOver()).toEqual([]);
  });

  test("what a killed process left is taken over, what a living one has is not", async () => {
    const source = `
      import { createFileEntries } from "./src/keep/file-entries.ts";
      createFileEntries({ directory: process.argv[1], name: "a", maxBytes: 1000 }).create(new TextEncoder().encode("left"));
      console.log("written"); setInterval(() => {}, 1000);`;
    const child = startProgram(source, join(import.meta.dirname, "../.."), directory);
    await child.line("written");
    expect(await open().takeOver()).toEqual([]);
    await child.kill();
    const taken = await open().takeOver();
    expect(await Promise.all(taken.map(read))).toEqual(["left"]);
  });

  test("a link, and a folder of others, are left alone", async () => {
    open().create(text("secret"));
    const [path = ""] = files();
    const base = join(path, "../..");
    const ended = join(base, nameOfEnded());
    fs.mkdirSync(ended);
    fs.symlinkSync(path, join(ended, "link.batch"));
    fs.symlinkSync(join(path, ".."), join(base, nameOfEnded()));
    expect(await open().takeOver()).toEqual([]);
    fs.chmodSync(base, 0o777);
    expect(open().create(text("x"))).toBeUndefined();
    expect(await open().takeOver()).toEqual([]);
  });

  test.each([
    [
      "ENOSPC half-way through a record",
      {
        writeSync: ((fd: number, bytes: Uint8Array, at: number) =>
          at > 0 ? error("ENOSPC") : fs.writeSync(fd, bytes, at, 1)) as never,
      },
    ],
    ["EIO", { writeSync: (() => error("EIO")) as never }],
  ])("E-07 %s: the entry is as it was, and goes on when there is space", async (_name, fails) => {
    const { disk, setFailing } = failingDisk(fails);
    const entries = open(disk);
    const entry = entries.create(text("whole "));
    setFailing(true);
    expect(entry?.append(text("record"))).toBe(false);
    expect(entries.create(text("another"))).toBeUndefined();
    expect(contents()).toEqual(["whole "]);
    setFailing(false);
    expect(entry?.append(text("record"))).toBe(true);
    expect(contents()).toEqual(["whole record"]);
  });

  test("E-07 where half a record cannot be taken away, nothing follows it", () => {
    const { disk, setFailing } = failingDisk({
      writeSync: ((fd: number, bytes: Uint8Array, at: number) =>
        at > 0 ? error("EIO") : fs.writeSync(fd, bytes, at, 1)) as never,
      ftruncateSync: (() => error("EIO")) as never,
    });
    const entry = open(disk).create(text("whole "));
    setFailing(true);
    expect(entry?.append(text("record"))).toBe(false);
    setFailing(false);
    expect(entry?.append(text("more"))).toBe(false);
    expect(contents()).toEqual(["whole r"]);
  });

  test.skipIf(!fs.existsSync("/dev/full"))("E-07 /dev/full (Linux only): nothing is kept, and nothing throws", () => {
    const { disk, setFailing } = failingDisk({ openSync: (() => fs.openSync("/dev/full", "w")) as never });
    setFailing(true);
    expect(open(disk).create(text("x"))).toBeUndefined();
  });

  test("clearing deletes what is here and what the dead left", async () => {
    const first = open();
    first.create(text("1"));
    first.close();
    const second = open();
    second.create(text("2"));
    second.clear();
    await until(() => files().length === 0);
    expect(second.create(text("3"))).toBeDefined();
    expect(contents()).toEqual(["3"]);
  });
});

describe("isRunning", () => {
  const [where = "", pid = "", start = ""] = nameOfRun().split(".");
  test.each([
    ["this process", [where, pid, start], 0, true],
    ["the same number, started at another time", [where, pid, `${Number(start) + 1}`], 0, process.platform !== "linux"],
    ["a number that nobody has", [where, "4194399", start], 0, false],
    ["another machine, heard lately", ["ffffffff", pid, start], 800_000, true],
    ["another machine, silent for long", ["ffffffff", pid, start], 1_000_000, false],
    ["one that ended in order", ["ended"], 0, false],
  ])("%s", (_name, parts, silentMs, expected) => {
    expect(isRunning([...parts, "x"].join("."), silentMs)).toBe(expected);
  });
});
