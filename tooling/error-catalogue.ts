/** Writes docs/errors.md from the table of error codes with --update; without it, fails when the page differs. @module */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ERRORS } from "@aplomb/core";
import { reportProblems } from "./report-problems.js";
import { repositoryRoot } from "./run-command.js";

const page = join(repositoryRoot, "docs/errors.md");

function catalogue(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { message, remedy, retry }]) => `| \`${code}\` | ${message} | ${remedy} | ${retry ? "yes" : "no"} |`,
  );
  return [
    "# Errors",
    "",
    "Loading throws one class, `FlagError`, whose `code` is one of these; a client's `status.error` names the same codes.",
    "Evaluation never throws: its details carry OpenFeature's error codes.",
    "",
    "This page is written from the table in `packages/core/src/error-table.ts`.",
    "",
    "| code | what is wrong | what to do | can trying again help |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

if (process.argv.includes("--update")) writeFileSync(page, catalogue());
const isCurrent = readFileSync(page, "utf8") === catalogue();
reportProblems("error catalogue", isCurrent ? [] : ["docs/errors.md is not what the table says: run npm run fix"]);
