/** One life of a child process, from its start to its end, seen by its parent. @module */
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type { ChildProgram } from "./child-program.js";
import type { LedgerLine } from "./ledger.js";

/** How a life ended. */
export interface LifeEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it wrote to standard output and standard error. */
  readonly output: string;
}

/** A running child. */
export interface Life {
  readonly pid: number;
  /** What it has promised so far. */
  readonly promised: readonly string[];
  readonly notes: readonly string[];
  /** Resolves once the child is ready, with the milliseconds since its start; rejects if it ended before. */
  readonly ready: Promise<number>;
  /** Resolves once the child is gone and all it wrote is read. */
  readonly ended: Promise<LifeEnd>;
  /** Sends a signal: SIGKILL ends it at once, SIGSTOP and SIGCONT freeze and thaw it. */
  signal(signal: NodeJS.Signals): void;
  /** Stops the child for a while, as a laptop lid or a serverless host does. */
  freeze(forMs: number): Promise<void>;
  /** Writes a line to its standard input. */
  tell(line: string): void;
}

/** How a life starts. */
export interface LifeOptions {
  readonly args?: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** For Node itself, before the program. Default: `--unhandled-rejections=strict`. */
  readonly nodeArgs?: readonly string[];
  /** What `ledger.life` says. Default: 0. */
  readonly life?: number;
  /** What `ledger.isLast` says. Default: false. */
  readonly isLast?: boolean;
}

/** Starts a program. */
export function startLife(program: ChildProgram, options: LifeOptions = {}): Life {
  const { args = [], env = {}, nodeArgs = ["--unhandled-rejections=strict"], life = 0, isLast = false } = options;
  const startedAtMs = performance.now();
  const child = spawn(process.execPath, [...nodeArgs, program.path, ...args], {
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    env: { ...process.env, ...env, APLOMB_LIFE: String(life), APLOMB_LAST_LIFE: isLast ? "1" : "0" },
  });
  const [promised, notes]: [string[], string[]] = [[], []];
  const { ended, output } = watchEnd(child);
  const ready = new Promise<number>((resolve, reject) => {
    const take = ([kind, text]: LedgerLine): void => {
      if (kind === "ready") resolve(performance.now() - startedAtMs);
      else (kind === "promise" ? promised : notes).push(text);
    };
    readLines(child.stdio[3] as Readable, take);
    void ended.then(() => reject(new Error(`the child ended before it was ready:\n${output()}`)));
  });
  ready.catch(() => {});
  // A child that is gone does not listen: that is its end's to tell.
  child.stdin?.on("error", () => {});
  return {
    ...{ pid: child.pid ?? 0, promised, notes, ready, ended },
    signal: (signal) => void child.kill(signal),
    async freeze(forMs) {
      child.kill("SIGSTOP");
      await wait(forMs);
      child.kill("SIGCONT");
    },
    tell: (line) => void child.stdin?.write(`${line}\n`),
  };
}

/** Hands over whole lines only: half a line is a promise that was never made. */
function readLines(pipe: Readable, take: (line: LedgerLine) => void): void {
  let rest = "";
  pipe.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(JSON.parse(line));
  });
  pipe.on("error", () => {});
}

function watchEnd(child: ChildProcess): { readonly ended: Promise<LifeEnd>; readonly output: () => string } {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  const ended = new Promise<LifeEnd>((resolve) => {
    child.once("error", (error) => resolve({ code: null, signal: null, output: String(error) }));
    // Not "exit": what is still in the pipes belongs to the life.
    child.once("close", (code, signal) => resolve({ code, signal, output }));
  });
  return { ended, output: () => output };
}
