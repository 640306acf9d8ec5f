/** Fails when proto/gen is not what buf generates from the .proto files. @module */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reportProblems } from "./report-problems.js";
import { repositoryRoot, runCommand } from "./run-command.js";

function filesIn(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((file) => join(file.parentPath, file.name));
  return new Map(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")]));
}

function differences(fresh: Map<string, string>, committed: Map<string, string>): string[] {
  const paths = [...new Set([...fresh.keys(), ...committed.keys()])].sort();
  return paths
    .filter((path) => fresh.get(path) !== committed.get(path))
    .map((path) => `proto/gen/${path} is not what the .proto files say: run npm run generate and commit the result`);
}

const folder = mkdtempSync(join(tmpdir(), "aplomb-generated-"));
try {
  const { code, output } = await runCommand("buf", ["generate", "--output", folder]);
  const problems =
    code === 0 ? differences(filesIn(join(folder, "proto/gen")), filesIn(join(repositoryRoot, "proto/gen"))) : [output];
  reportProblems("generated code", problems);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
