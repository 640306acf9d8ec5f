/** Runs a command line in this process, which is quicker than a process of its own. @module */
import { runCommandLine } from "../src/command-line.js";

/** How a command ended, and what it said. */
export interface EndedHere {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where a command believes to be run. */
export interface HereOptions {
  /** Whether somebody looks; default false. */
  readonly isTTY?: boolean;
  /** Default: a terminal that shows colours. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `aplomb` to its end. */
export async function runHere(args: readonly string[], options: HereOptions = {}): Promise<EndedHere> {
  const { isTTY = false, env = { TERM: "xterm" } } = options;
  let [stdout, stderr] = ["", ""];
  const code = await runCommandLine(args, {
    stdout: { write: (text) => (stdout += text), isTTY },
    stderr: { write: (text) => (stderr += text), isTTY },
    env,
    onInterrupt: () => () => undefined,
  });
  return { code, stdout, stderr };
}
