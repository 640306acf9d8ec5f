/** The install id on a real disk: one for each directory, whoever asks first, and it outlives whoever made it. @module */
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fileStore } from "./file-store.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "aplomb-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const idOf = (digit: string): string => digit.repeat(32);
const keep = (id: string, at = directory) => fileStore(at).installId?.(id);

describe("installId", () => {
  test("the first one stays, for its owner alone, and in a directory that was not there", async () => {
    const deep = join(directory, "a/b");
    expect([await keep(idOf("1"), deep), await keep(idOf("2"), deep)]).toEqual([idOf("1"), idOf("1")]);
    expect(await readdir(deep)).toEqual(["install-id"]);
    expect((await stat(join(deep, "install-id"))).mode & 0o777).toBe(0o600);
  });

  test("of many at once, all are answered the same", async () => {
    const ids = await Promise.all(Array.from("0123456789abcdef", (digit) => keep(idOf(digit))));
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toBe(await readFile(join(directory, "install-id"), "utf8"));
    expect(await readdir(directory)).toEqual(["install-id"]);
  });

  test.each(["", "x", idOf("g"), `${idOf("1")}\n`])("%j in its place is no id, and is replaced", async (text) => {
    await writeFile(join(directory, "install-id"), text);
    expect([await keep(idOf("1")), await keep(idOf("2"))]).toEqual([idOf("1"), idOf("1")]);
  });

  test("a link to elsewhere is not followed", async () => {
    const elsewhere = join(directory, "elsewhere");
    await writeFile(elsewhere, idOf("9"));
    await symlink(elsewhere, join(directory, "install-id"));
    expect(await keep(idOf("1"))).toBe(idOf("1"));
    expect(await readFile(elsewhere, "utf8")).toBe(idOf("9"));
  });

  test("where nothing can be kept, it rejects", async () => {
    await writeFile(join(directory, "file"), "");
    await expect(keep(idOf("1"), join(directory, "file"))).rejects.toMatchObject({ code: "EEXIST" });
  });
});
