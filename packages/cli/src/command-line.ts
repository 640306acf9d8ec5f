/** The aplomb command: reads its arguments, runs one of its commands, and says how it ended. @module */
import { type AuthoringError, isAuthoringError } from "@aplomb/authoring";
import { isFlagError } from "@aplomb/core";
import { Command, CommanderError } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { CheckFailed } from "./check-failed.js";
import { addBuild } from "./commands/build.js";
import { addDiff } from "./commands/diff.js";
import { addExplain } from "./commands/explain.js";
import { addExport } from "./commands/export.js";
import { addImpact } from "./commands/impact.js";
import { addImportConfidence } from "./commands/import-confidence.js";
import { addInspect } from "./commands/inspect.js";
import { addKeygen } from "./commands/keygen.js";
import { addLint } from "./commands/lint.js";
import { addPublish } from "./commands/publish.js";
import { addRollout } from "./commands/rollout.js";
import { addRoot } from "./commands/root.js";
import { addServe } from "./commands/serve.js";
import { addSign } from "./commands/sign.js";
import { addTypes } from "./commands/typescript.js";
import { addVerify } from "./commands/verify.js";
import { EXIT, type ExitCode } from "./exit-code.js";
import { ProjectError } from "./project-error.js";
import { createTerminal, paintOf, type Surroundings, type Terminal } from "./terminal.js";

const EPILOGUE = `
A first project, from nothing to a running endpoint:
  aplomb serve --watch --dev             in a directory with aplomb.yaml and flags/

Exit codes: 0 done · 1 a check failed or something cannot be used · 2 the command line is wrong`;

/**
 * Runs a command line.
 *
 * @param args - Without the names of the interpreter and the script.
 * @returns The exit code; everything has been said.
 */
export async function runCommandLine(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const terminal = createTerminal(surroundings);
  const program = createProgram(terminal, surroundings);
  try {
    await program.parseAsync([...args], { from: "user" });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (error instanceof CheckFailed) return EXIT.failed;
    if (args.includes("--json")) terminal.json({ ok: false, error: jsonOf(error) });
    else report(error, terminal);
    return EXIT.failed;
  }
}

function createProgram(terminal: Terminal, surroundings: Surroundings): Command {
  const program = new Command("aplomb")
    .description("Feature flags and experiments as code: keys, bundles, signatures, and a resolve endpoint.")
    .version(packageJson.version)
    .exitOverride()
    .showHelpAfterError("See aplomb --help.")
    .configureOutput({
      writeOut: (text) => void surroundings.stdout.write(text),
      writeErr: (text) => void surroundings.stderr.write(text),
    })
    .addHelpText("after", EPILOGUE);
  addKeygen(program, terminal);
  addRoot(program, terminal);
  addBuild(program, terminal);
  addSign(program, terminal);
  addPublish(program, terminal);
  addRollout(program, terminal, surroundings);
  addVerify(program, terminal);
  addInspect(program, terminal);
  addExplain(program, terminal);
  addLint(program, terminal);
  addDiff(program, terminal);
  addImpact(program, terminal);
  addTypes(program, terminal);
  addServe(program, terminal, surroundings);
  addExport(program, terminal, surroundings);
  addImportConfidence(program, terminal);
  return program;
}

function report(error: unknown, terminal: Terminal): void {
  const { red, bold } = terminal.noteColors;
  if (error instanceof ProjectError) {
    terminal.note(error.format(paintOf(terminal.noteColors)));
    return;
  }
  const { message, stack } = error as Error;
  const isExpected = isAuthoringError(error) || isFlagError(error) || hasSystemCode(error);
  terminal.note(`${red(bold("error:"))} ${isExpected ? message : `something went wrong in aplomb itself\n${stack}`}`);
  if (isAuthoringError(error)) terminal.note(`  ${error.remedy}`);
}

/** A file that is not there, a directory that may not be written: what the system says is clear enough. */
function hasSystemCode(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

function jsonOf(error: unknown): object {
  if (error instanceof ProjectError)
    return { code: "PROJECT", message: "the project has errors", problems: error.problems };
  const { message, code, remedy } = error as Partial<AuthoringError>;
  return { code: code ?? "UNEXPECTED", message, remedy };
}
