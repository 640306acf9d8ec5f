/** The README: its example runs, what it links to is there, and its table of calls names what the package has. @module */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import * as authoring from "./index.js";

const run = promisify(execFile);
const path = new URL("../README.md", import.meta.url);
const readme = readFileSync(path, "utf8");
const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";

test("its twelve lines do what they say", { timeout: 60_000 }, async () => {
  expect(example.split("\n").filter((line) => line.trim() !== "")).toHaveLength(12);
  const dir = mkdtempSync(join(tmpdir(), "aplomb-readme-"));
  try {
    symlinkSync(fileURLToPath(new URL("../../../node_modules", import.meta.url)), join(dir, "node_modules"));
    writeFileSync(join(dir, "example.mts"), example);
    const args = ["--conditions=@aplomb/source", "--import", import.meta.resolve("tsx"), "example.mts"];
    const { stdout, stderr } = await run(process.execPath, args, { cwd: dir });
    const promised = / \/\/ (web version .*)\n/.exec(example)?.[1];
    expect({ stdout: stdout.trim(), stderr: stderr.trim() }).toEqual({ stdout: promised, stderr: "" });
    expect(existsSync(join(dir, "public/v1/web/manifest"))).toBe(true);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = ""]) => link);
test.each([...new Set(links)])("%s is there", (link) => {
  expect(existsSync(new URL(link, path))).toBe(true);
});

/** The names in the first column of the table of calls. */
const calls = [...readme.split("## API")[1]!.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = ""]) =>
  [...cell.matchAll(/`(\w+)/g)].map(([, name = ""]) => name),
);
test.each(calls)("%s is exported", (name) => {
  expect(authoring).toHaveProperty(name);
});
