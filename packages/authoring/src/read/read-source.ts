/** Parses the text of one file, YAML or JSON, and says what of it is not. @module */
import { LineCounter, parseDocument, type YAMLError } from "yaml";
import type { Problem, ProblemText } from "../problem.js";
import { problemBetween, type SourceFile } from "../source-file.js";

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
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const source: SourceFile = { path, text, document, lines, content: undefined };
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) return { source, problems: faults.map((fault) => syntaxProblem(source, fault)) };
  if (document.contents === null) return { source, problems: [problemBetween(source, 0, 1, EMPTY)] };
  try {
    const content: unknown = document.toJS();
    if (isTooDeep(content)) return { source, problems: [problemBetween(source, 0, 1, TOO_DEEP)] };
    return { source: { ...source, content }, problems: [] };
  } catch (error) {
    const message = `the aliases cannot be followed: ${(error as Error).message}`;
    return { source, problems: [problemBetween(source, 0, 1, { ...ALIASES, message })] };
  }
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

const ALIASES: ProblemText = {
  message: "",
  expected: "values written out, or anchors (&name) that stand before their aliases (*name)",
  example: "country: SE",
};

/** What people mean by the mistakes that they make most; the parser's own words serve for the others. */
const SYNTAX: Partial<Record<YAMLError["code"], ProblemText>> = {
  DUPLICATE_KEY: {
    message: "this name is written twice in one mapping",
    expected: "each name once",
    example: "on: true\noff: false",
  },
  TAB_AS_INDENT: {
    message: "the line is indented with a tab",
    expected: "spaces",
    example: "rules:\n  - name: everybody",
  },
  BAD_INDENT: {
    message: "the indentation does not line up with the lines around it",
    expected: "the names of one mapping in one column",
    example: "split:\n  on: 50\n  off: 50",
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: "two names with colons stand in one line",
    expected: "one name in a line, or braces around several",
    example: "split: { on: 50, off: 50 }",
  },
  BAD_SCALAR_START: {
    message: "an unquoted text cannot begin with this character",
    expected: "the text in quotes",
    example: 'endsWith: "@example.com"',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: "this line has no colon, so the next ones cannot belong to it",
    expected: "a name, a colon and a value",
    example: "key: checkout",
  },
  MULTIPLE_DOCS: {
    message: "the file holds more than one document",
    expected: "one flag or segment in a file, without --- between",
    example: "",
  },
  TAG_RESOLVE_FAILED: {
    message: "this tag is not known here",
    expected: "a plain value, without a tag",
    example: "enabled: true",
  },
};

function syntaxProblem(source: SourceFile, fault: YAMLError): Problem {
  const known = SYNTAX[fault.code];
  const [start, end] = fault.pos;
  return problemBetween(source, start, end, {
    message: known?.message ?? `this cannot be read as YAML: ${fault.message}`,
    expected: known?.expected ?? "YAML 1.2",
    example: known?.example ?? "",
  });
}
