/** Runs a command of this repository and keeps what it printed. @module */
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository, without a trailing slash. */
export const repositoryRoot: string = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** How a command ended: its exit code (1 when it could not start) and its output, both streams in order of arrival. */
export interface CommandResult {
  readonly code: number;
  readonly output: string;
}

/**
 * Runs `command` in the repository's root; commands of installed packages need no `npx`. Never rejects.
 *
 * `show: true` lets the command write to the terminal itself; the output is empty then.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  { show = false, cwd = repositoryRoot }: { readonly show?: boolean; readonly cwd?: string } = {},
): Promise<CommandResult> {
  const env = { ...process.env, PATH: [join(repositoryRoot, "node_modules/.bin"), process.env.PATH].join(delimiter) };
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: show ? "inherit" : ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", (error) => resolve({ code: 1, output: `${command} did not start: ${error.message}` }));
    child.on("close", (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString("utf8") }));
  });
}
