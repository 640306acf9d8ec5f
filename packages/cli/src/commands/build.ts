/** aplomb build: flag files to unsigned bundles. @module */
import {
  type BuiltBundle,
  checkBundle,
  formatProblems,
  keepAllocation,
  LOCK_FILE,
  writeBuild,
} from "@aplomb/authoring";
import type { Command } from "commander";
import { makeProjectFolder, projectPaths } from "../project-paths.js";
import { requireProject } from "../require-project.js";
import { paintOf, type Terminal } from "../terminal.js";

interface BuildOptions {
  readonly out?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  aplomb build                           the project in this directory
  aplomb build flags --out dist/bundles  another one, to another place

Every problem of every file is reported, with its line. Equal files give equal bytes. Which buckets each split and
group has is kept in allocation.lock: commit it.`;

/** Adds the command to a program. */
export function addBuild(program: Command, terminal: Terminal): void {
  program
    .command("build")
    .summary("turn flag files into one bundle for each audience")
    .description("Checks all files of a project and writes a bundle for each audience. Nothing is signed or published.")
    .argument("[project]", "directory of aplomb.yaml", ".")
    .option("--out <dir>", "where to put the bundles (default: .aplomb/build in the project)")
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action((project: string, options: BuildOptions) => build(project, options, terminal));
}

async function build(projectDir: string, options: BuildOptions, terminal: Terminal): Promise<void> {
  const built = await requireProject(projectDir);
  const { bundles, project, problems, texts } = built;
  for (const bundle of bundles) checkBundle(bundle);
  const dir = options.out ?? projectPaths(projectDir).build;
  if (options.out === undefined) await makeProjectFolder(projectDir);
  await writeBuild(dir, project.trustDomain, bundles);
  const isLockWritten = await keepAllocation(projectDir, built);
  if (options.json) {
    terminal.json({
      ok: true,
      dir,
      trustDomain: project.trustDomain,
      bundles: bundles.map(summaryOf),
      isLockWritten,
      problems,
    });
    return;
  }
  if (problems.length > 0) terminal.note(`${formatProblems(problems, texts, paintOf(terminal.noteColors))}\n`);
  const { bold, dim } = terminal.colors;
  terminal.print(`${bold("Built")} ${bundles.length} bundles of ${bold(project.trustDomain)} in ${bold(dir)}`);
  for (const { audience, flags, bytes, sha256, remote = [] } of bundles) {
    const size = `${bytes.length} bytes`.padStart(14);
    terminal.print(
      `  ${audience.padEnd(24)} ${String(flags.length).padStart(5)} flags ${size}  ${dim(sha256.slice(0, 16))}`,
    );
    if (remote.length > 0) terminal.print(dim(`    asked of the endpoint: ${remote.join(", ")}`));
  }
  if (isLockWritten)
    terminal.print(`${bold(LOCK_FILE)} has changed: commit it with your flags, so that no unit moves that need not.`);
}

function summaryOf({ audience, kind, flags, bytes, sha256, remote = [] }: BuiltBundle): object {
  return { audience, kind, flags, remote, sizeBytes: bytes.length, sha256 };
}
