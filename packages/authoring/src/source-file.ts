/** A file as its author wrote it, and where in it each value stands. @module */
import type { LineTable } from "./line-table.js";
import type { Problem, ProblemText } from "./problem.js";
import type { Range, SourceNode } from "./source-tree.js";

/** A parsed file of a project. */
export interface SourceFile {
  /** Relative to the project's directory, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /**
   * Where each value stands. Parsed anew when it is first asked for: few files have a problem, and the trees of ten thousand are a
   * gigabyte.
   */
  readonly tree: () => SourceNode;
  readonly lines: LineTable;
  /** The content as JSON values; undefined when the file cannot be parsed. */
  readonly content: unknown;
}

/** Steps from the top of a file to a value: names and places in lists. */
export type Path = readonly (string | number)[];

/** The name or the value at a path. */
export type Part = "key" | "value";

/** A problem in this file, with line and column of what stands at the path, or of the nearest that exists above it. */
export function problemAt(source: SourceFile, path: Path, part: Part, text: ProblemText): Problem {
  const [start, end] = rangeAt(source, path, part);
  return problemBetween(source, start, end, text);
}

/** A problem in this file between two offsets of its text. */
export function problemBetween(source: SourceFile, start: number, end: number, text: ProblemText): Problem {
  const { line, column } = source.lines.placeOf(start);
  const lineEnd = source.text.indexOf("\n", start);
  const shownEnd = Math.min(end, lineEnd === -1 ? source.text.length : lineEnd);
  return {
    severity: text.severity ?? "error",
    file: source.path,
    line,
    column,
    length: Math.max(shownEnd - start, 1),
    message: text.message,
    expected: text.expected,
    example: text.example ?? "",
  };
}

function rangeAt(source: SourceFile, path: Path, part: Part): Range {
  let node = source.tree();
  let range = node.range ?? [0, 0];
  for (const [depth, step] of path.entries()) {
    const inner = node.inside(step);
    if (inner === undefined) break;
    const wantsKey = part === "key" && depth === path.length - 1;
    range = (wantsKey ? inner.keyRange : inner.range) ?? inner.keyRange ?? inner.range ?? range;
    node = inner;
  }
  return range;
}
