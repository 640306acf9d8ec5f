/** Runs every check that CI runs, times each, and ends with the tests. @module */
import { performance } from "node:perf_hooks";
import { runCommand } from "./run-command.js";

/** Each step is a title and a command; a step that fails does not keep the later ones from running. */
const steps: readonly (readonly [title: string, command: string, ...args: string[]])[] = [
  ["lock file", "tsx", "tooling/check-lockfile.ts"],
  ["generated code", "tsx", "tooling/check-generated.ts"],
  ["error catalogue", "tsx", "--conditions=@aplomb/source", "tooling/error-catalogue.ts"],
  ["contract: lint", "buf", "lint"],
  ["contract: format", "buf", "format", "--diff", "--exit-code"],
  ["contract: breaking", "buf", "breaking", "proto", "--against", "proto/baseline.binpb"],
  ["lint and format", "biome", "check", "--reporter=concise", "--error-on-warnings", "."],
  ["house rules", "tsx", "tooling/check-sources.ts"],
  ["arrows", "depcruise", "--config", ".dependency-cruiser.js", "packages", "proto", "tooling", "examples"],
  ["types", "npm", "run", "--silent", "typecheck"],
  ["unused code", "knip", "--no-progress"],
  ["build", "npm", "run", "--silent", "build"],
  ["API reports", "tsx", "tooling/api-reports.ts"],
  ["packages", "tsx", "tooling/check-packages.ts"],
  ["size", "tsx", "tooling/size.ts"],
  ["demo", "npm", "run", "--silent", "demo", "--", "--check"],
];

/** Steps that look at what the build made. */
const needsBuild = new Set(["API reports", "packages"]);

/** Steps whose output is worth reading when they pass. */
const alwaysShown = new Set(["size", "demo"]);

process.env.TURBO_TELEMETRY_DISABLED = "1";
process.env.NEXT_TELEMETRY_DISABLED = "1";

const failed: string[] = [];
for (const [title, command, ...args] of steps) {
  if (needsBuild.has(title) && failed.includes("build")) {
    console.log(`-       ${title.padEnd(20)} left out: the build failed`);
    continue;
  }
  const startedAtMs = performance.now();
  const { code, output } = await runCommand(command, args);
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  console.log(`${code === 0 ? "ok    " : "FAILED"}  ${title.padEnd(20)} ${seconds.padStart(6)} s`);
  if (code !== 0) failed.push(title);
  if (code !== 0 || alwaysShown.has(title)) console.log(output.trimEnd().replaceAll(/^/gm, "        "));
}

const tests = await runCommand("npm", ["test", "--silent"], { show: true });
if (tests.code !== 0) failed.push("tests");
if (failed.length > 0) {
  console.error(`\ncheck failed: ${failed.join(", ")}`);
  process.exitCode = 1;
}
