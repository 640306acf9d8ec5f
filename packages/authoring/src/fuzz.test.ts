/** P-06 for flags as code: damaged files are read, or their problems are named; nothing throws. @module */
import { readdirSync, readFileSync } from "node:fs";
import { createMutator, createSeededRandom } from "@aplomb/testkit";
import { expect, test } from "vitest";
import { readSource } from "./read/read-source.js";
import { validateProject } from "./validate/validate-project.js";

const MUTANTS = process.env.APLOMB_DEEP === "1" ? 10_000 : 300;
const shop = new URL("../testdata/shop/", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, shop));
const sourceOf = (path: string, text: string) => readSource(path, text).source;
const filesIn = (folder: string) =>
  readdirSync(new URL(`${folder}/`, shop)).map((name) => ({
    path: `${folder}/${name}`,
    bytes: read(`${folder}/${name}`),
  }));
const [flags, segments] = [filesIn("flags"), filesIn("segments")];
const project = { path: "aplomb.yaml", bytes: read("aplomb.yaml") };

test.each([
  { what: "flags", files: flags },
  { what: "segments", files: segments },
  { what: "the project", files: [project] },
])("P-06 $what: every mutant is read, or what is wrong is said with its place", ({ files }) => {
  const sound = [...flags, ...segments, project].filter((file) => !files.includes(file));
  const texts = (given: typeof sound) => given.map(({ path, bytes }) => sourceOf(path, bytes.toString()));
  const others = texts(sound);
  let accepted = 0;
  for (const { path, bytes } of files) {
    const mutant = createMutator([bytes], createSeededRandom(bytes.length));
    for (let number = 0; number < MUTANTS / files.length; number++) {
      const { source, problems } = readSource(path, Buffer.from(mutant()).toString());
      const all = [...others, ...texts(files.filter((file) => file.path !== path)), source];
      const of = (folder: string) => all.filter((one) => one.path.startsWith(folder));
      const validation = validateProject({
        project: of("aplomb.yaml")[0],
        flags: of("flags/"),
        segments: of("segments/"),
        groups: of("groups/"),
        lock: undefined,
      });
      for (const problem of [...problems, ...validation.problems]) {
        expect([problem.message !== "", problem.line >= 1, problem.column >= 1]).toEqual([true, true, true]);
      }
      if (problems.length + validation.problems.length === 0) accepted++;
    }
  }
  expect(accepted).toBeLessThan(MUTANTS);
});
