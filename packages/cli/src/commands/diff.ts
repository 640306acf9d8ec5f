/** aplomb diff: what differs between two versions of flags, in words. @module */
import { type AudienceChange, type AudienceDiff, diffAudiences } from "@aplomb/authoring";
import type { Command } from "commander";
import { CheckFailed } from "../check-failed.js";
import { readSides } from "../compare/read-sides.js";
import { renderDiff } from "../compare/render-diff.js";
import type { Terminal } from "../terminal.js";

interface DiffOptions {
  readonly audience?: string;
  readonly exitCode?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  aplomb diff .aplomb/publication .                 what publishing this project would change
  git worktree add ../before main
  aplomb diff ../before . --exit-code               what a branch changes; exit code 1 if anything
  aplomb diff old.bundle new.bundle --json

BEFORE and AFTER are each a project (its directory), a build, a publication's directory, or a file of one bundle.
A change that several audiences get alike is shown once. + is new, - is gone, ~ differs.`;

/** Adds the command to a program. */
export function addDiff(program: Command, terminal: Terminal): void {
  program
    .command("diff")
    .summary("say in words what differs between two versions")
    .description(
      "Compares flags, rules, splits, conditions, variants and segments of two versions, as clients get them.",
    )
    .argument("<before>", "project, build, publication or bundle")
    .argument("<after>", "project, build, publication or bundle")
    .option("--audience <name>", "only this audience")
    .option("--exit-code", "exit with 1 if anything differs")
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action((before: string, after: string, options: DiffOptions) => diff(before, after, options, terminal));
}

async function diff(before: string, after: string, options: DiffOptions, terminal: Terminal): Promise<void> {
  const sides = await readSides(before, after, options.audience);
  const found = diffAudiences(sides.before, sides.after);
  const differs = found.changes.length + found.added.length + found.removed.length > 0;
  if (options.json) terminal.json({ ok: !(options.exitCode && differs), differs, ...jsonOf(found) });
  else terminal.print(renderDiff(found, terminal.colors));
  if (options.exitCode && differs) throw new CheckFailed();
}

function jsonOf({ compared, added, removed, changes }: AudienceDiff): object {
  return { audiences: { compared, added, removed }, changes: changes satisfies readonly AudienceChange[] };
}
