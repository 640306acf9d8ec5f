/** Fails when package-lock.json would not install on another machine or platform. @module */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lockfileProblems } from "./lockfile-problems.js";
import { reportProblems } from "./report-problems.js";
import { repositoryRoot } from "./run-command.js";

const lock = JSON.parse(readFileSync(join(repositoryRoot, "package-lock.json"), "utf8"));
reportProblems("lock file", lockfileProblems(lock));
