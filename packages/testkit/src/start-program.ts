/** Runs a program in a process of its own, hears what it says line by line, and kills it when a test likes. @module */
import { type ChildProcess, spawn } from "node:child_process";
import { dirname } from "node:path";

/** How a process ended. */
export interface ProgramEnd {
  /** Null for one that was killed. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running program. */
export interface RunningProgram {
  /** What it has printed so far, on either stream: a ledger that outlives it. */
  readonly lines: readonly string[];
  /** Resolves with the first line that begins so, as soon as there is one; rejects if the process ends without. */
  line(beginning: string): Promise<string>;
  /**
   * Sends a signal; resolves once the process has ended.
   *
   * @param signal - Default SIGKILL, which no program can catch.
   */
  kill(signal?: NodeJS.Signals): Promise<ProgramEnd>;
  /** Sends a signal that need not end it, such as SIGSTOP. */
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<ProgramEnd>;
}

/**
 * Starts a program on the sources of this repository.
 *
 * @param source - A module in TypeScript's subset of JavaScript; imports are resolved from the directory.
 * @param directory - A package of the workspace.
 * @param args - What it finds in `process.argv` from place 1 on.
 * @example
 * const child = startProgram('console.log("ready"); setInterval(() => {}, 1_000);', packageDirectory);
 * await child.line("ready");
 * await child.kill();
 */
export function startProgram(source: string, directory: string, ...args: readonly string[]): RunningProgram {
  return start([...ON_SOURCES, "--input-type=module", "-e", source, ...args], directory);
}

/** Starts a file: one that `buildChildProgram` made, or one in TypeScript, on the sources of this repository. */
export function startFile(path: string, ...args: readonly string[]): RunningProgram {
  return start([...(path.endsWith(".ts") ? ON_SOURCES : []), path, ...args], dirname(path));
}

const ON_SOURCES = ["--conditions=@aplomb/source", "--import=tsx"];

function start(args: readonly string[], cwd: string): RunningProgram {
  const child = spawn(process.execPath, ["--unhandled-rejections=strict", ...args], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const check of [...waiting]) check();
  };
  collect(child, lines, look);
  let end: ProgramEnd | undefined;
  const ended = new Promise<ProgramEnd>((resolve) => {
    child.on("close", (code, signal) => {
      end = { code, signal };
      resolve(end);
      look();
    });
  });
  return {
    lines,
    ended,
    line: (beginning) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const found = lines.find((line) => line.startsWith(beginning));
          if (found === undefined && end === undefined) return;
          waiting.delete(check);
          if (found !== undefined) resolve(found);
          else reject(new Error(`ended without "${beginning}": ${lines.join("\n")}`));
        };
        waiting.add(check);
        check();
      }),
    kill(signal = "SIGKILL") {
      child.kill(signal);
      return ended;
    },
    signal: (signal) => void child.kill(signal),
  };
}

/** Cuts what a process prints into lines; what it had begun when it was killed is no line. */
function collect(child: ChildProcess, lines: string[], heard: () => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    let begun = "";
    stream?.setEncoding("utf8").on("data", (text: string) => {
      const [...whole] = (begun + text).split("\n");
      begun = whole.pop() ?? "";
      lines.push(...whole);
      heard();
    });
  }
}
