/** Builds come from elsewhere: what is in them decides nothing about where files are written. @module */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildBundle } from "./build-bundle.js";
import { readBuild, writeBuild } from "./build-files.js";

const bundle = buildBundle({
  trustDomain: "shop.example",
  audience: { name: "web.test", kind: "browser", environment: "test", clientKeySha256: "" },
  flags: [],
  segments: [],
});

let dir: string;
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), "aplomb-build-")), "build");
  await writeBuild(dir, "shop.example", [bundle]);
});
afterEach(() => rm(dirname(dir), { recursive: true }));

test("what was written is read", async () => {
  expect(await readBuild(dir)).toEqual([bundle]);
});

test.each(["../elsewhere", "a/b", "root", "A", ".."])("an audience named %j is refused", async (audience) => {
  const index = join(dir, "bundles.json");
  await writeFile(index, (await readFile(index, "utf8")).replace('"web.test"', JSON.stringify(audience)));
  await mkdir(join(dir, "a"));
  await writeFile(join(dir, `${audience}.bundle`), bundle.bytes);
  await expect(readBuild(dir)).rejects.toMatchObject({
    code: "BUILD_UNREADABLE",
    message: expect.stringContaining(`${JSON.stringify(audience)} is no name of an audience`),
  });
});
