/** aplomb impact: who would get something else, measured on a sample of contexts. @module */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { type BadLine, type ImpactReport, measureImpact, printable, readSample } from "@aplomb/authoring";
import { openBundle } from "@aplomb/core";
import type { Command } from "commander";
import { CheckFailed } from "../check-failed.js";
import { systemClock } from "../clock.js";
import { sayWhich } from "../compare/read-bundles.js";
import { readSides } from "../compare/read-sides.js";
import { renderImpact } from "../compare/render-impact.js";

import { wholeNumberFrom } from "../number-option.js";
import { createProgress } from "../progress.js";
import type { Terminal } from "../terminal.js";

interface ImpactOptions {
  readonly contexts: string;
  readonly audience?: string;
  readonly maxMoved?: number;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  aplomb impact .aplomb/publication . --audience web.production --contexts sample.jsonl
  aplomb impact ../before . --audience service.production --contexts sample.jsonl --max-moved 0
  cat *.jsonl | aplomb impact old.bundle new.bundle --contexts - --json

BEFORE and AFTER are each a project (its directory), a build, a publication's directory, or a file of one bundle.
sample.jsonl has one evaluation context in a line: {"targetingKey":"user-1","country":"SE"}
A context moves when it gets another variant, or the default instead of one; a new flag moves nobody.
--max-moved counts moves and, to be safe, what cannot be decided without stored assignments. Bad lines fail the check.`;

/** How many bad lines are shown and kept. */
const MAX_BAD_LINES = 20;

/** Adds the command to a program. */
export function addImpact(program: Command, terminal: Terminal): void {
  program
    .command("impact")
    .summary("count who would get something else, and why")
    .description("Evaluates every flag of two versions for every context of a sample, and counts what changes.")
    .argument("<before>", "project, build, publication or bundle")
    .argument("<after>", "project, build, publication or bundle")
    .requiredOption("--contexts <file>", "the sample: JSON objects, one in a line; - for standard input")
    .option("--audience <name>", "whose bundles, where there are several")
    .option("--max-moved <count>", "exit with 1 if more answers move", wholeNumberFrom(0))
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action((before: string, after: string, options: ImpactOptions) => impact([before, after], options, terminal));
}

async function impact(
  [before, after]: readonly [string, string],
  options: ImpactOptions,
  terminal: Terminal,
): Promise<void> {
  const sides = await readSides(before, after, options.audience);
  const [old, now] = [sides.before[0], sides.after[0]];
  if (old === undefined || now === undefined || sides.before.length > 1 || sides.after.length > 1) {
    throw sayWhich(
      after,
      sides.after.map(({ audience }) => audience),
    );
  }
  const bad = { count: 0, lines: [] as BadLine[] };
  const onBadLine = (line: BadLine): void => {
    bad.count++;
    if (bad.lines.length < MAX_BAD_LINES) bad.lines.push(line);
  };
  const input = await openSample(options.contexts);
  const progress = createProgress(terminal.progress, systemClock.nowMs);
  const report = await measureImpact(
    openBundle(old.bytes),
    openBundle(now.bytes),
    readSample(input.chunks, onBadLine),
    {
      nowMs: systemClock.nowMs(),
      onContext: (count) => progress(() => `${count.toLocaleString("en-US")} contexts${input.share()}`),
    },
  );
  const verdict = verdictOf(report, bad.count, options.maxMoved);
  if (options.json) terminal.json({ ok: verdict === undefined, ...report, badLines: bad });
  else print(report, bad, { verdict, file: options.contexts }, terminal);
  if (verdict !== undefined) throw new CheckFailed();
}

/** Why the check failed; undefined if it did not. */
function verdictOf({ contexts, moved, undecided }: ImpactReport, badCount: number, maxMoved: number | undefined) {
  if (badCount > 0) return `${badCount} lines of the sample cannot be used`;
  if (contexts === 0) return "the sample has no context";
  if (maxMoved === undefined || moved + undecided <= maxMoved) return undefined;
  const more = undecided > 0 ? ` and ${undecided} cannot be decided` : "";
  return `${moved} answers move${more}; --max-moved allows ${maxMoved}`;
}

interface Found {
  readonly verdict: string | undefined;
  readonly file: string;
}

function print(
  report: ImpactReport,
  bad: { readonly count: number; readonly lines: readonly BadLine[] },
  { verdict, file }: Found,
  terminal: Terminal,
): void {
  const { red, bold, cyan } = terminal.noteColors;
  terminal.print(renderImpact(report, terminal.colors));
  for (const { line, column, message } of bad.lines)
    terminal.note(`${cyan(`${file}:${line}:${column}:`)} ${red(bold("error:"))} ${printable(message)}`);
  if (bad.count > bad.lines.length) terminal.note(`… ${bad.count - bad.lines.length} more`);
  if (verdict !== undefined) terminal.note(`${red(bold("error:"))} ${verdict}`);
}

interface SampleInput {
  readonly chunks: AsyncIterable<string>;
  /** How much of the file has been read, as text; empty where its size is not known. */
  readonly share: () => string;
}

async function openSample(file: string): Promise<SampleInput> {
  if (file === "-") return { chunks: process.stdin.setEncoding("utf8") as AsyncIterable<string>, share: () => "" };
  const { size } = await stat(file);
  const stream = createReadStream(file, "utf8");
  const share = () => (size > 0 ? `, ${Math.round((stream.bytesRead / size) * 100)} %` : "");
  return { chunks: stream as AsyncIterable<string>, share };
}
