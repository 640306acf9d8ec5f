/** Runs the real command as a process of its own, from its sources. @module */
import { type ChildProcess, spawn } from "node:child_process";
import { buildChildProgram } from "@aplomb/testkit/kill-harness";
import { afterAll } from "vitest";

// Bundled once for each file of tests: a start takes a third of what it takes through a loader of TypeScript.
const program = await buildChildProgram(new URL("../src/main.ts", import.meta.url), {
  external: ["libsql"],
  beside: [new URL("../../server/src/console", import.meta.url)],
});
afterAll(() => program.close());

/** The file that Node runs as `aplomb`. */
export const commandFile: string = program.path;

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that is running. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves with the first event of a kind that `--json` prints, from the place of the last one that was waited for. */
  event(kind: string): Promise<Record<string, unknown>>;
  /** Resolves with standard output once it holds this. */
  said(pattern: RegExp): Promise<string>;
  /** Resolves with what standard error has had since the last call, once that holds this. */
  noted(pattern: RegExp): Promise<string>;
}

/** Starts `aplomb` with arguments in a directory; nothing of this process's environment reaches it but the path. */
export function start(args: readonly string[], cwd: string, env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [commandFile, ...args], { cwd, env: { PATH: process.env.PATH, ...env } });
  let stdout = "";
  let stderr = "";
  let read = 0;
  let wake = (): void => undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    wake();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    wake();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code, signal) => {
      resolve({ code, signal, stdout, stderr });
      wake();
    });
  });
  const more = async (wanted: string): Promise<void> => {
    if (child.exitCode !== null) throw new Error(`no ${wanted} before the end:\n${stdout}\n${stderr}`);
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  };
  const said = async (pattern: RegExp): Promise<string> => {
    while (!pattern.test(stdout)) await more(String(pattern));
    return stdout;
  };
  let noticed = 0;
  const noted = async (pattern: RegExp): Promise<string> => {
    while (!pattern.test(stderr.slice(noticed))) await more(String(pattern));
    const text = stderr.slice(noticed);
    noticed = stderr.length;
    return text;
  };
  const event = async (kind: string): Promise<Record<string, unknown>> => {
    for (;;) {
      const lines = stdout.split("\n").slice(0, -1);
      while (read < lines.length) {
        const line = JSON.parse(lines[read++] ?? "") as Record<string, unknown>;
        if (line.event === kind) return line;
      }
      await more(`event "${kind}"`);
    }
  };
  return { child, ended, event, said, noted };
}

/** Runs `aplomb` to its end. */
export function run(args: readonly string[], cwd: string, env?: Record<string, string>): Promise<Ended> {
  return start(args, cwd, env).ended;
}
