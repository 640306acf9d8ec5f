/** A sample of contexts: JSON objects, one in a line, read as they come. @module */
import type { EvaluationContext } from "@aplomb/core";

/** The longest line that is read, in UTF-16 units. */
const MAX_LINE = 1_048_576;

/** A line with a context. */
export interface SampleContext {
  /** Counted from 1. */
  readonly line: number;
  readonly context: EvaluationContext;
}

/** A line without one. */
export interface BadLine {
  readonly line: number;
  /** Counted from 1, in UTF-16 units. */
  readonly column: number;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/**
 * The lines of a sample; empty ones are passed over, and bad ones are handed to `onBadLine`.
 *
 * Holds one line at a time, and of a line that is too long nothing.
 *
 * @param chunks - The text in pieces, cut anywhere between UTF-16 units.
 */
export async function* readSample(
  chunks: AsyncIterable<string> | Iterable<string>,
  onBadLine: (bad: BadLine) => void,
): AsyncGenerator<SampleContext> {
  let line = 0;
  for await (const text of linesOf(chunks)) {
    line++;
    const json = line === 1 ? text.replace(/^\ufeff/, "") : text;
    if (json.trim() === "") continue;
    const read = readLine(json);
    if ("message" in read) onBadLine({ line, ...read });
    else yield { line, context: read.context };
  }
}

async function* linesOf(chunks: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of chunks) {
    const lines = chunk.split("\n");
    const last = lines.pop() ?? "";
    for (const line of lines) {
      yield rest + line;
      rest = "";
    }
    // One unit more than is read: that says that it is too long.
    rest = (rest + last).slice(0, MAX_LINE + 1);
  }
  if (rest !== "") yield rest;
}

function readLine(json: string): { context: EvaluationContext } | Pick<BadLine, "column" | "message"> {
  if (json.length > MAX_LINE) return { column: 1, message: "the line is longer than 1 MiB; put one context in a line" };
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return { context: value as EvaluationContext };
  } catch (error) {
    return { column: columnOf(error, json), message: `this is not JSON: ${plainMessage(error)}` };
  }
  const column = json.search(/\S/) + 1;
  return { column, message: 'this is not a context; write an object such as {"targetingKey":"user-1"}' };
}

/** Where the parser stopped; it says so in words, or else at the end. */
function columnOf(error: unknown, json: string): number {
  const position = /position (\d+)/.exec(String(error))?.[1];
  return position === undefined ? Math.max(1, json.trimEnd().length) : Number(position) + 1;
}

function plainMessage(error: unknown): string {
  return (error as Error).message.replace(/ in JSON at position \d+.*$/s, "");
}
