/** Runs a command line in this process, which is quicker than a process of its own. @module */
import { runCommandLine } from "../src/command-line.js";

/** How a command ended, and what it said. */
export interface EndedHere {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `aplomb` to its end; `isTTY` makes it believe that somebody looks. */
export async function runHere(args: readonly string[], options: { readonly isTTY?: boolean } = {}): Promise<EndedHere> {
  let stdout = "";
  let stderr = "";
  const { isTTY = false } = options;
  const code = await runCommandLine(args, {
    stdout: { write: (text) => (stdout += text), isTTY },
    stderr: { write: (text) => (stderr += text), isTTY },
    env: { TERM: "xterm" },
    onInterrupt: () => () => undefined,
  });
  return { code, stdout, stderr };
}
