/** Runs a command line as if in a directory, in this process: for tables of many short runs. @module */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type EndedHere, runHere } from "./run-here.js";

/** Arguments that name something in the directory are made absolute, and the directory is taken out of what is said. */
export async function runIn(dir: string, args: readonly string[]): Promise<EndedHere> {
  const absolute = args.map((arg) => (existsSync(join(dir, arg)) ? join(dir, arg) : arg));
  const { code, stdout, stderr } = await runHere(absolute);
  const shown = (text: string) => text.replaceAll(`${dir}/`, "").replaceAll(dir, ".");
  return { code, stdout: shown(stdout), stderr: shown(stderr) };
}
