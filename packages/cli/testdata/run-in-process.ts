/** Runs a command line in this process: for tables of many short runs. @module */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { runCommandLine } from "../src/command-line.js";

/** How a command line ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command line as if in a directory: arguments that name something there are made absolute, and the directory is
 * taken out of what is said.
 */
export async function runIn(dir: string, args: readonly string[], isTTY = false): Promise<Outcome> {
  let [stdout, stderr] = ["", ""];
  const absolute = args.map((arg) => (existsSync(join(dir, arg)) ? join(dir, arg) : arg));
  const code = await runCommandLine(absolute, {
    stdout: { write: (text) => (stdout += text), isTTY },
    stderr: { write: (text) => (stderr += text), isTTY },
    env: {},
    onInterrupt: () => () => undefined,
  });
  const shown = (text: string) => text.replaceAll(`${dir}/`, "").replaceAll(dir, ".");
  return { code, stdout: shown(stdout), stderr: shown(stderr) };
}
