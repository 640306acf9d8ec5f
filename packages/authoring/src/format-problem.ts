/** Problems as text for a terminal: where, what, the lines around it, what would be right. @module */
import type { Problem } from "./problem.js";

/** Colours, by meaning; each takes text and gives text. The default leaves it plain. */
export interface Paint {
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly place: (text: string) => string;
  readonly quiet: (text: string) => string;
}

/** No colours. */
const PLAIN: Paint = {
  error: (text) => text,
  warning: (text) => text,
  place: (text) => text,
  quiet: (text) => text,
};

/** How many lines are shown before and after the one that is meant. */
const LINES_AROUND = 2;
/** Longer lines are cut, so that a frame stays a frame. */
const MAX_SHOWN = 160;

/**
 * One problem with the lines around it.
 *
 * @param text - The file's text; without it there is no frame.
 * @example
 * // flags/checkout.yaml:14:7: error: the flag has no variant "tretment"
 * //   13 |     split:
 * // > 14 |       tretment: 50
 * //      |       ^^^^^^^^
 * //   expected: control or treatment (did you mean treatment?)
 */
export function formatProblem(problem: Problem, text?: string, paint: Paint = PLAIN): string {
  return formatInLines(problem, text === undefined ? undefined : linesOf(text), paint);
}

function formatInLines(problem: Problem, lines: readonly string[] | undefined, paint: Paint): string {
  const { severity, file, line, column } = problem;
  const mark = severity === "error" ? paint.error : paint.warning;
  const parts = [
    `${paint.place(`${visible(file)}:${line}:${column}:`)} ${mark(`${severity}:`)} ${visible(problem.message)}`,
  ];
  if (lines !== undefined) parts.push(...frameOf(problem, lines, mark, paint));
  parts.push(`  ${paint.quiet("expected:")} ${visible(problem.expected)}`);
  if (problem.example !== "") {
    const [first = "", ...rest] = problem.example.split("\n").map(visible);
    parts.push(`  ${paint.quiet("example: ")} ${first}`, ...rest.map((next) => `            ${next}`));
  }
  return parts.join("\n");
}

/** Several problems, an empty line between them. */
export function formatProblems(
  problems: readonly Problem[],
  texts: ReadonlyMap<string, string>,
  paint: Paint = PLAIN,
): string {
  const lines = new Map<string, readonly string[]>();
  for (const { file } of problems) {
    const text = texts.get(file);
    if (text !== undefined && !lines.has(file)) lines.set(file, linesOf(text));
  }
  return problems.map((problem) => formatInLines(problem, lines.get(problem.file), paint)).join("\n\n");
}

function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  if (text.endsWith("\n")) lines.pop();
  return lines;
}

function frameOf(problem: Problem, lines: readonly string[], mark: (text: string) => string, paint: Paint): string[] {
  const first = Math.max(1, problem.line - LINES_AROUND);
  const last = Math.min(lines.length, problem.line + LINES_AROUND);
  const width = String(last).length;
  const frame: string[] = [];
  for (let number = first; number <= last; number++) {
    const meant = number === problem.line;
    const gutter = `${meant ? ">" : " "} ${String(number).padStart(width)} |`;
    const shown = visible((lines[number - 1] ?? "").slice(0, MAX_SHOWN));
    frame.push(`${paint.quiet(gutter)} ${shown}`.trimEnd());
    if (!meant || problem.column > MAX_SHOWN) continue;
    const carets = "^".repeat(Math.min(problem.length, MAX_SHOWN - problem.column + 1));
    frame.push(`${paint.quiet(`  ${" ".repeat(width)} |`)} ${" ".repeat(problem.column - 1)}${mark(carets)}`);
  }
  return frame;
}

/** Control characters of a file, or of its name, must not reach the terminal. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, (character) => (character === "\t" ? " " : "\ufffd"));
}
