/** Where a command writes: text for people in colours that the terminal can show, or JSON for machines. @module */
import type { Paint } from "@aplomb/authoring";
import picocolors from "picocolors";

/** A stream such as `process.stdout`. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

/** What a command line is run with. */
export interface Surroundings {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Calls back once, when the process is asked to end. The returned function ends that. */
  readonly onInterrupt: (listener: () => void) => () => void;
}

/** Back to the beginning of the line, which is emptied. */
const CLEAR_LINE = "\r\u001b[K";

/** What a terminal would obey, but for colours, tabs and line ends; and what makes a line read backwards. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const COMMANDS = /\u001b(?!\[[\d;]*m)|[\0-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** A text with everything written out that a terminal would obey: file names and artefacts come from elsewhere. */
function harmless(text: string): string {
  return text.replace(COMMANDS, (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`);
}

/** Colours by name; each takes text and gives text. */
type Colors = ReturnType<typeof picocolors.createColors>;

/** A command's view of its surroundings. */
export interface Terminal {
  /** A line of the result. */
  print(line: string): void;
  /** A line about what went on: on standard error, so that results can be piped. */
  note(line: string): void;
  /** What is being worked on: a line that the next one replaces, for who waits at a terminal. Nothing elsewhere. */
  readonly progress: (line: string) => void;
  /** A value for machines, as one line of JSON. */
  json(value: unknown): void;
  /** Colours of standard output. */
  readonly colors: Colors;
  /** Colours of standard error. */
  readonly noteColors: Colors;
}

/** A terminal over streams. Colours only where a person looks, and not where NO_COLOR or TERM=dumb is set. */
export function createTerminal({ stdout, stderr, env }: Surroundings): Terminal {
  const colorsOf = (stream: TextStream): Colors =>
    picocolors.createColors(stream.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb");
  let isUnderWay = false;
  const write = (stream: TextStream, text: string): void => {
    if (isUnderWay) stderr.write(CLEAR_LINE);
    isUnderWay = false;
    stream.write(text);
  };
  const showsProgress = stderr.isTTY === true && env.TERM !== "dumb";
  return {
    print: (line) => write(stdout, `${harmless(line)}\n`),
    note: (line) => write(stderr, `${harmless(line)}\n`),
    json: (value) => write(stdout, `${JSON.stringify(value)}\n`),
    progress(line) {
      if (!showsProgress) return;
      stderr.write(`${CLEAR_LINE}${harmless(line)}`);
      isUnderWay = true;
    },
    colors: colorsOf(stdout),
    noteColors: colorsOf(stderr),
  };
}

/** Colours for problems of flag files. */
export function paintOf(colors: Colors): Paint {
  return {
    error: (text) => colors.red(colors.bold(text)),
    warning: (text) => colors.yellow(colors.bold(text)),
    place: (text) => colors.cyan(text),
    quiet: (text) => colors.dim(text),
  };
}
