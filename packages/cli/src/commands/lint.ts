/** aplomb lint: what the build lets pass, and people would want to know. @module */
import { formatProblems, type LintProblem, lintProject } from "@aplomb/authoring";
import { type Command, InvalidArgumentError } from "commander";
import { CheckFailed } from "../check-failed.js";
import { systemClock } from "../clock.js";
import { readBundles } from "../compare/read-bundles.js";
import { wholeNumberFrom } from "../number-option.js";
import { paintOf, type Terminal } from "../terminal.js";

interface LintCommandOptions {
  readonly against?: string;
  readonly attributes?: readonly string[];
  readonly maxWarnings?: number;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  aplomb lint                                   the project in this directory
  aplomb lint flags --max-warnings 0            for CI: a warning fails it, too
  aplomb lint --against .aplomb/publication     and no value may change its type
  aplomb lint --attributes country,plan,app     contexts have these and no others

Rules: unreachable-rule, overlapping-split, unknown-attribute, expired-flag, type-drift, near-limit, unused-segment,
outdated-lock; and everything that aplomb build reports, what anybody could read in a browser bundle included.
Exit code 1: an error, or more warnings than allowed.`;

/** Adds the command to a program. */
export function addLint(program: Command, terminal: Terminal): void {
  program
    .command("lint")
    .summary("find what is allowed and probably not meant")
    .description("Checks all files of a project as build does, and for rules, splits and segments that do nothing.")
    .argument("[project]", "directory of aplomb.yaml", ".")
    .option("--against <version>", "a project, build, publication or bundle whose types code already reads")
    .option("--attributes <names>", "the attributes that contexts have, with commas between", readNames)
    .option("--max-warnings <count>", "exit with 1 if there are more", wholeNumberFrom(0))
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action((project: string, options: LintCommandOptions) => lint(project, options, terminal));
}

async function lint(projectDir: string, options: LintCommandOptions, terminal: Terminal): Promise<void> {
  const { attributes, maxWarnings = Number.POSITIVE_INFINITY } = options;
  const against = options.against === undefined ? [] : await readBundles(options.against);
  const nowMs = systemClock.nowMs();
  const report = await lintProject(projectDir, { nowMs, attributes, against: against.map(({ bytes }) => bytes) });
  const { problems, texts, isComplete } = report;
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  const ok = errors === 0 && warnings <= maxWarnings;
  if (options.json) terminal.json({ ok, errors, warnings, isComplete, problems });
  else {
    if (problems.length > 0)
      terminal.print(`${formatProblems(problems.map(named), texts, paintOf(terminal.colors))}\n`);
    terminal.print(sumsOf(errors, warnings));
    if (!isComplete) terminal.print("Lint rules were not run: mend the errors first");
    if (errors === 0 && !ok) terminal.note(`${terminal.noteColors.red("error:")} --max-warnings allows ${maxWarnings}`);
  }
  if (!ok) throw new CheckFailed();
}

/** With the rule's name, so that it can be looked up. */
function named(problem: LintProblem): LintProblem {
  return problem.rule === "build" ? problem : { ...problem, message: `${problem.message} (${problem.rule})` };
}

function sumsOf(errors: number, warnings: number): string {
  if (errors + warnings === 0) return "No problems";
  return `${errors} error${errors === 1 ? "" : "s"}, ${warnings} warning${warnings === 1 ? "" : "s"}`;
}

function readNames(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.every((name) => name !== "")) return names;
  throw new InvalidArgumentError("expected names with commas between, such as country,plan");
}
