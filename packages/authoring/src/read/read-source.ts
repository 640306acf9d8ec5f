/** Parses the text of one file, YAML or JSON, and says what of it is not. @module */
import { type Document, parseDocument } from "yaml";
import { type LineTable, lineTableOf } from "../line-table.js";
import type { Problem, ProblemText } from "../problem.js";
import { problemBetween, type SourceFile } from "../source-file.js";
import { type SourceNode, sourceTreeOf } from "../source-tree.js";
import { nodeProblems } from "./node-problems.js";
import { syntaxProblems } from "./syntax-problem.js";

/** How deep values may lie in each other. */
const MAX_DEPTH = 100;

/** A parsed file and what is wrong with its syntax. */
export interface ReadSource {
  readonly source: SourceFile;
  readonly problems: readonly Problem[];
}

/**
 * Parses one file. JSON is read as the YAML that it is.
 *
 * @param path - As problems should name it.
 * @returns A source whose content is undefined when there are problems.
 */
export function readSource(path: string, text: string): ReadSource {
  const lines = lineTableOf(text);
  const document = parsed(text);
  const broken: SourceFile = { path, text, tree: () => sourceTreeOf(document), lines, content: undefined };
  const problems = [
    ...syntaxProblems(broken, [...document.errors, ...document.warnings]),
    ...nodeProblems(broken, document),
    ...(document.contents === null ? [problemBetween(broken, 0, 1, EMPTY)] : []),
  ];
  if (problems.length > 0) return { source: broken, problems };
  try {
    const content: unknown = document.toJS();
    if (isTooDeep(content)) return { source: broken, problems: [problemBetween(broken, 0, 1, TOO_DEEP)] };
    return { source: sourceOf(path, text, lines, content), problems: [] };
  } catch (error) {
    const message = `the aliases cannot be followed: ${(error as Error).message}`;
    return { source: broken, problems: [problemBetween(broken, 0, 1, { message, expected: "values written out" })] };
  }
}

function parsed(text: string): Document {
  // Names that are written twice are found by nodeProblems.
  return parseDocument(text, { prettyErrors: false, stringKeys: true, uniqueKeys: false });
}

/** A source that keeps no tree until somebody asks for it. */
function sourceOf(path: string, text: string, lines: LineTable, content: unknown): SourceFile {
  let tree: SourceNode | undefined;
  return { path, text, lines, content, tree: () => (tree ??= sourceTreeOf(parsed(text))) };
}

/** Whether values lie too deep in each other for what comes after, which walks them by recursion. */
function isTooDeep(content: unknown): boolean {
  let level: unknown[] = [content];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((value) => (typeof value === "object" && value !== null ? Object.values(value) : []));
  }
  return false;
}

const EMPTY: ProblemText = {
  message: "the file is empty",
  expected: "a mapping of names to values",
  example: "key: checkout",
};

const TOO_DEEP: ProblemText = {
  message: `values lie more than ${MAX_DEPTH} deep in each other`,
  expected: "a flatter file",
};
