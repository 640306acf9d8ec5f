/** aplomb types: TypeScript for flags, their values and the contexts they read. @module */
import { readFile, writeFile } from "node:fs/promises";
import { writeTypeScript } from "@aplomb/authoring";
import { FlagError } from "@aplomb/core";
import type { Command } from "commander";
import { CheckFailed } from "../check-failed.js";
import { readBundleOf, readBundles } from "../compare/read-bundles.js";
import type { Terminal } from "../terminal.js";

interface TypesOptions {
  readonly audience?: string;
  readonly out?: string;
  readonly check?: boolean;
  readonly openfeature?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  aplomb types > src/flags.d.ts                           of the project in this directory
  aplomb types --audience web.production --out src/flags.d.ts
  aplomb types --out src/flags.d.ts --check               in CI: exit code 1 if it is out of date
  aplomb types --openfeature --out src/flags.d.ts         getBooleanValue("chekout") does not compile

SOURCE is a project (its directory), a build, a publication's directory, or a file of one bundle.
FlagValues has a type for each key, paths included; FlagContexts what each flag's rules read of the context.
--openfeature wants @openfeature/core 1.10 or later, a file that ends in .d.ts, and skipLibCheck in tsconfig.json.`;

/** Adds the command to a program. */
export function addTypes(program: Command, terminal: Terminal): void {
  program
    .command("types")
    .summary("write TypeScript for keys, values and contexts")
    .description("Writes a file of TypeScript types for the flags of a project. Equal flags give equal bytes.")
    .argument("[source]", "project, build, publication or bundle", ".")
    .option("--audience <name>", "only what this audience gets (default: all together)")
    .option("--out <file>", "where to write (default: standard output)")
    .option("--check", "write nothing; exit with 1 if the file is out of date")
    .option("--openfeature", "hold OpenFeature's clients to the keys")
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (source: string, options: TypesOptions, command: Command) => {
      if (options.check && options.out === undefined)
        command.error("error: --check needs --out: what is to be checked?");
      await writeTypes(source, options, terminal);
    });
}

async function writeTypes(source: string, options: TypesOptions, terminal: Terminal): Promise<void> {
  const { audience, out, openfeature: openFeature } = options;
  if (openFeature && out !== undefined && !out.endsWith(".d.ts"))
    throw new FlagError("OPTION", `--out: with --openfeature the file's name must end in .d.ts; ${out} does not`);
  const bundles = audience === undefined ? await readBundles(source) : [await readBundleOf(source, audience)];
  const text = writeTypeScript(
    bundles.map(({ bytes }) => bytes),
    { openFeature },
  );
  if (out === undefined) {
    if (options.json) terminal.json({ ok: true, text });
    else terminal.print(text.trimEnd());
    return;
  }
  const isCurrent = (await readFile(out, "utf8").catch(() => undefined)) === text;
  if (!options.check && !isCurrent) await writeFile(out, text);
  const ok = isCurrent || !options.check;
  if (options.json) terminal.json({ ok, file: out, changed: !isCurrent });
  else if (ok) terminal.print(`${terminal.colors.bold(out)} ${isCurrent ? "is up to date" : "was written"}`);
  else terminal.note(`${terminal.noteColors.red("error:")} ${out} is out of date: run aplomb types without --check`);
  if (!ok) throw new CheckFailed();
}
