/** What is found in a project directory. @module */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readProject } from "./read-project.js";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-read-"));
});
afterEach(() => rm(dir, { recursive: true }));

const write = async (path: string, text: string | Uint8Array) => {
  await mkdir(dirname(join(dir, path)), { recursive: true });
  await writeFile(join(dir, path), text);
};

describe("readProject", () => {
  test("finds each kind of file in its folder", async () => {
    for (const path of [
      "aplomb.yaml",
      "flags/x/a.json",
      "segments/b.yml",
      "groups/c.yaml",
      "groups/.d.yaml",
      "allocation.lock",
    ]) {
      await write(path, "{}");
    }
    const { project, flags, segments, groups, lock, problems } = await readProject(dir);
    const files = [project, ...flags, ...segments, ...groups, lock].map((source) => source?.path);
    expect(files).toEqual(["aplomb.yaml", "flags/x/a.json", "segments/b.yml", "groups/c.yaml", "allocation.lock"]);
    expect(problems).toEqual([]);
  });

  test("says what a merge conflict in allocation.lock is", async () => {
    await write("aplomb.yaml", "{}");
    await write(
      "allocation.lock",
      "rules:\n<<<<<<< HEAD\n  a/r: { on: [0, 10] }\n=======\n  a/r: { on: [0, 20] }\n>>>>>>> b\ngroups: {}\n",
    );
    const { problems } = await readProject(dir);
    expect(problems.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`)).toContain(
      "allocation.lock:2:1 two branches changed this file, and the conflict is not resolved",
    );
  });

  test.each([
    { title: "Latin-1", bytes: Buffer.from("key: a\ndescription: caf\xe9\n", "latin1"), at: "2:17" },
    { title: "UTF-16", bytes: Buffer.from("\ufeffkey: a\n", "utf16le"), at: "1:1" },
    { title: "a character cut in two", bytes: Buffer.from("key: \u00e9").subarray(0, -1), at: "1:6" },
  ])("refuses $title", async ({ bytes, at }) => {
    await write("aplomb.yaml", "{}");
    await write("flags/a.yaml", bytes);
    const { flags, problems } = await readProject(dir);
    expect(flags).toEqual([]);
    expect(problems.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`)).toEqual([
      `flags/a.yaml:${at} the file cannot be read: the bytes from here on are no UTF-8`,
    ]);
  });

  test("does not take a folder that cannot be read for an empty one", async () => {
    await write("aplomb.yaml", "{}");
    await write("flags", "a file where a folder should be");
    const { problems } = await readProject(dir);
    expect(problems.map(({ file, severity }) => `${severity} ${file}`)).toEqual(["error flags"]);
  });
});
