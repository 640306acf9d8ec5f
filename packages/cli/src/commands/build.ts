/** aplomb build: flag files to unsigned bundles. @module */
import { type BuiltBundle, checkBundle, formatProblems, writeBuild } from "@aplomb/authoring";
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

Every problem of every file is reported, with its line. Equal files give equal bytes.`;

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
  const { bundles, project, problems, texts } = await requireProject(projectDir);
  for (const bundle of bundles) checkBundle(bundle);
  const dir = options.out ?? projectPaths(projectDir).build;
  if (options.out === undefined) await makeProjectFolder(projectDir);
  await writeBuild(dir, project.trustDomain, bundles);
  if (options.json) {
    terminal.json({ ok: true, dir, trustDomain: project.trustDomain, bundles: bundles.map(summaryOf), problems });
    return;
  }
  if (problems.length > 0) terminal.note(`${formatProblems(problems, texts, paintOf(terminal.noteColors))}\n`);
  const { bold, dim } = terminal.colors;
  terminal.print(`${bold("Built")} ${bundles.length} bundles of ${bold(project.trustDomain)} in ${bold(dir)}`);
  for (const { audience, flags, bytes, sha256 } of bundles) {
    const size = `${bytes.length} bytes`.padStart(14);
    terminal.print(
      `  ${audience.padEnd(24)} ${String(flags.length).padStart(5)} flags ${size}  ${dim(sha256.slice(0, 16))}`,
    );
  }
}

function summaryOf({ audience, kind, flags, bytes, sha256 }: BuiltBundle): object {
  return { audience, kind, flags, sizeBytes: bytes.length, sha256 };
}
