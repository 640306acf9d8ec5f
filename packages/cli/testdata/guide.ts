/** Runs the commands of a guide, in their order, and holds what they print to what the guide shows. @module */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type GuideBrowser, hasBrowser, openBrowser } from "./guide-browser.js";
import { runHere } from "./run-here.js";

const runFile = promisify(execFile);
const repository = fileURLToPath(new URL("../../..", import.meta.url));
const nodeArgs = ["--conditions=@aplomb/source", "--import", import.meta.resolve("tsx")];

/** A fenced block. */
interface Block {
  readonly language: string;
  readonly text: string;
}

/** What a block of commands printed, beside what the guide shows of it. */
export interface Step {
  /** The commands. */
  readonly commands: string;
  readonly printed: string;
  /** The lines that the guide shows and the commands did not print; empty when all is well. */
  readonly missing: readonly string[];
  /** Commands that ended in another way than the guide says. */
  readonly surprises: readonly string[];
}

/** What a guide has started and not ended. */
interface Running {
  readonly servers: ChildProcess[];
  /** By their profiles. */
  readonly browsers: Map<string, GuideBrowser>;
}

/** Where and with what a guide is run. */
export interface GuideOptions {
  /** Replaced wherever the guide has the name with a dollar sign; may be added to while it runs. */
  readonly variables: Record<string, string>;
  /** Replaced in files and commands: a port of the guide by one that is free, say. */
  readonly replace?: Readonly<Record<string, string>>;
}

/**
 * Runs a guide in the current directory of the process, which `cd` in it changes.
 *
 * Blocks of `yaml`, `js` and `html` that begin with a file's name are written when the next commands are run; `sh` is run
 * line by line: `aplomb` in this process, `node` and `esbuild` with the sources, `chromium` without a window; `text` is what
 * the block before printed, with … for anything. Where there is no Chromium, blocks that ask for it are left out.
 */
export async function* runGuide(path: string, options: GuideOptions): AsyncGenerator<Step> {
  const running: Running = { servers: [], browsers: new Map() };
  const blocks = blocksIn(readFileSync(join(repository, path), "utf8"));
  try {
    for (const [index, block] of blocks.entries()) {
      if (["yaml", "js", "html"].includes(block.language)) writeBlock(block, options);
      if (block.language !== "sh" || (/^chromium /m.test(block.text) && !hasBrowser())) continue;
      const { printed, surprises } = await runBlock(block, options, running);
      const next = blocks[index + 1];
      const shown = next?.language === "text" ? next.text.split("\n").filter((line) => line.trim() !== "") : [];
      yield { commands: block.text, printed, surprises, missing: shown.filter((line) => !isIn(printed, line)) };
    }
  } finally {
    for (const browser of running.browsers.values()) await browser.close();
    for (const server of running.servers) server.kill();
  }
}

function blocksIn(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = "", text = ""]) => ({
    language,
    text,
  }));
}

function writeBlock({ text }: Block, { replace }: GuideOptions): void {
  const name = /^(?:#|\/\/|<!--) (\S+)(?: -->)?\n/.exec(text)?.[1];
  if (name === undefined) return;
  const path = join(process.cwd(), name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, replaced(text, replace));
}

function replaced(text: string, replace: GuideOptions["replace"] = {}): string {
  return Object.entries(replace).reduce((content, [from, to]) => content.replaceAll(from, to), text);
}

async function runBlock(
  { text }: Block,
  { variables, replace }: GuideOptions,
  running: Running,
): Promise<Pick<Step, "printed" | "surprises">> {
  let printed = "";
  const surprises: string[] = [];
  for (const line of text.trim().split("\n")) {
    const [command = "", comment = ""] = line.split(" # ");
    const words = replaced(command, replace)
      .replace(/\$([A-Z]\w*)/g, (whole, name) => variables[name] ?? whole)
      .split(" ");
    const { code, output } = await runLine(words, running);
    printed += output;
    const expected = Number(/exit code (\d)/.exec(comment)?.[1] ?? 0);
    if (code !== expected) surprises.push(`${line}: exit code ${code}\n${output}`);
  }
  return { printed, surprises };
}

interface Ended {
  readonly code: number;
  readonly output: string;
}

async function runLine(words: string[], running: Running): Promise<Ended> {
  const [program, ...args] = words;
  if (program === "aplomb") {
    const { code, stdout, stderr } = await runHere(args);
    return { code, output: stdout + stderr };
  }
  if (program === "node" && args.at(-1) === "&") return startServer(args.slice(0, -1), running.servers);
  if (program === "node") return runProgram(process.execPath, [...nodeArgs, ...args]);
  if (program === "npx" && args[0] === "esbuild")
    return runProgram(join(repository, "node_modules/.bin/esbuild"), [...args.slice(1), "--conditions=@aplomb/source"]);
  if (program === "chromium") return look(args, running.browsers);
  const { code, output } = await runProgram("sh", ["-ec", `${words.join(" ")}; pwd`]);
  if (code === 0) enter(output.trim().split("\n").at(-1) ?? process.cwd());
  return { code, output };
}

async function runProgram(file: string, args: string[]): Promise<Ended> {
  try {
    const { stdout, stderr } = await runFile(file, args, { cwd: process.cwd() });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: `${stdout}${stderr}` };
  }
}

/** What a page shows once it has heard of the newest that is published. */
async function look(args: string[], browsers: Map<string, GuideBrowser>): Promise<Ended> {
  const profile = args.find((arg) => arg.startsWith("--user-data-dir="))?.split("=")[1] ?? "profile";
  const browser = browsers.get(profile) ?? (await openBrowser(join(process.cwd(), profile)));
  browsers.set(profile, browser);
  return browser.look(args.at(-1) ?? "");
}

/** Where a shell ended up; programs find the repository's packages from there. */
function enter(dir: string): void {
  if (dir === process.cwd()) return;
  process.chdir(dir);
  symlinkSync(join(repository, "node_modules"), join(dir, "node_modules"));
}

/** Resolves once the program has said something: that it listens. */
async function startServer(args: string[], running: ChildProcess[]): Promise<Ended> {
  const child = spawn(process.execPath, [...nodeArgs, ...args], {
    cwd: process.cwd(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  return new Promise((resolve) => {
    let failure = "";
    child.stderr.on("data", (text: Buffer) => {
      failure += text;
    });
    child.stdout.once("data", (text: Buffer) => resolve({ code: 0, output: String(text) }));
    child.once("exit", (code) => resolve({ code: code ?? 1, output: failure }));
  });
}

function isIn(printed: string, line: string): boolean {
  const words = line
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/…/g, ".*"));
  return new RegExp(`^\\s*${words.join("[^\\S\\n]+").replaceAll("[^\\S\\n]+.*", ".*")}\\s*$`, "m").test(printed);
}
