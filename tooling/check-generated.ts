/** Fails when a committed gen folder is not what buf generates from the .proto files. @module */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reportProblems } from "./report-problems.js";
import { repositoryRoot, runCommand } from "./run-command.js";

const packages = readdirSync(join(repositoryRoot, "packages"));
const genFolders = ["proto/gen", ...packages.map((name) => `packages/${name}/gen`)];

/** The text of every generated file below `root`, by its path from there. */
function generatedIn(root: string): Map<string, string> {
  const paths = genFolders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((file) => join(file.parentPath, file.name));
  return new Map(paths.map((path) => [path.slice(root.length + 1), readFileSync(path, "utf8")]));
}

function differences(fresh: Map<string, string>, committed: Map<string, string>): string[] {
  const paths = [...new Set([...fresh.keys(), ...committed.keys()])].sort();
  return paths
    .filter((path) => fresh.get(path) !== committed.get(path))
    .map((path) => `${path} is not what the .proto files say: run npm run generate and commit the result`);
}

const folder = mkdtempSync(join(tmpdir(), "aplomb-generated-"));
try {
  const { code, output } = await runCommand("buf", ["generate", "--output", folder]);
  const problems = code === 0 ? differences(generatedIn(folder), generatedIn(repositoryRoot)) : [output];
  reportProblems("generated code", problems);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
