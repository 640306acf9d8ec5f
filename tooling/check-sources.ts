/** Fails when a source file breaks a house rule that the linter cannot hold. @module */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { missingFaultIds } from "./missing-fault-ids.js";
import { reportProblems } from "./report-problems.js";
import { repositoryRoot } from "./run-command.js";
import { sourceProblems } from "./source-problems.js";

const leftOut = ["node_modules", "dist", ".git", ".turbo", ".aplomb", "gen"];

function sourcesIn(folder: string): string[] {
  return readdirSync(join(repositoryRoot, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return leftOut.includes(entry.name) ? [] : sourcesIn(path);
    return /\.(?:ts|tsx|js)$/.test(entry.name) ? [path] : [];
  });
}

const sources = sourcesIn("").map((path) => ({ path, text: readFileSync(join(repositoryRoot, path), "utf8") }));
const tests = sources.filter(({ path }) => /\.test\.tsx?$/.test(path));
const problems = sources.flatMap(({ path, text }) => sourceProblems(path, text));
reportProblems("house rules", [...problems, ...missingFaultIds(tests)]);
