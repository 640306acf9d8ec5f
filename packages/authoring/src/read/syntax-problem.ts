/** Says in plain words, and in the right place, what a YAML parser found. @module */
import type { YAMLError } from "yaml";
import type { Problem, ProblemText } from "../problem.js";
import { problemBetween, type SourceFile } from "../source-file.js";

/** Problems of a file from the parser's errors: one for each place. */
export function syntaxProblems(source: SourceFile, faults: readonly YAMLError[]): Problem[] {
  const byStart = new Map<number, YAMLError[]>();
  for (const fault of faults) byStart.set(fault.pos[0], [...(byStart.get(fault.pos[0]) ?? []), fault]);
  return [...byStart.values()].map((group) => overIndented(source, group) ?? syntaxProblem(source, group[0]));
}

/** A value with an indented line below it is two faults to the parser, and one slip to people: in the line below. */
function overIndented(source: SourceFile, group: readonly YAMLError[]): Problem | undefined {
  const twoNames = group.find(({ code }) => code === "BLOCK_AS_IMPLICIT_KEY");
  const twoLines = group.find(({ code }) => code === "MULTILINE_IMPLICIT_KEY");
  if (twoNames === undefined || twoLines === undefined) return undefined;
  const [start, end] = twoLines.pos;
  const nextLine = source.text.indexOf("\n", start) + 1;
  const indent = source.text.slice(nextLine).search(/\S/);
  return problemBetween(source, nextLine + Math.max(indent, 0), end, OVER_INDENTED);
}

function syntaxProblem(source: SourceFile, fault: YAMLError | undefined): Problem {
  const [start, end] = fault?.pos ?? [0, 1];
  const known = SYNTAX.find(
    ({ code, words }) => code === fault?.code && (words === undefined || words.test(fault.message)),
  );
  const text = known ?? { message: `this cannot be read as YAML: ${fault?.message}`, expected: "YAML 1.2" };
  const blank = /^ */.exec(source.text.slice(start))?.[0].length ?? 0;
  return problemBetween(source, start + blank, end + blank, text);
}

const OVER_INDENTED: ProblemText = {
  message: "this line is indented as if it belonged to the value above it",
  expected: "the names of one mapping in one column",
  example: "split:\n  on: 50\n  off: 50",
};

interface KnownFault extends ProblemText {
  readonly code: YAMLError["code"];
  /** Tells apart what the parser gives one code. */
  readonly words?: RegExp;
}

/** What people mean by the mistakes that they make most; the parser's own words serve for the others. */
const SYNTAX: readonly KnownFault[] = [
  {
    code: "TAB_AS_INDENT",
    message: "the line is indented with a tab",
    expected: "spaces",
    example: "rules:\n  - name: everybody",
  },
  {
    code: "BAD_INDENT",
    words: /end with a/,
    message: "a bracket that was opened above is not closed here",
    expected: "the closing bracket, or lines inside the brackets that are indented",
    example: "in: [SE, NO]",
  },
  {
    code: "BAD_INDENT",
    message: "the indentation does not line up with the lines around it",
    expected: "the names of one mapping in one column",
    example: "split:\n  on: 50\n  off: 50",
  },
  {
    code: "MISSING_CHAR",
    words: /without - indicator/,
    message: "this line belongs to no element of the list above",
    expected: "a dash in the column of the other dashes, or the names of one element in one column",
    example: "rules:\n  - name: everybody\n    serve: on",
  },
  {
    code: "MISSING_CHAR",
    words: /closing/,
    message: "a quote that was opened above is not closed here",
    expected: "the closing quote",
    example: 'endsWith: "@example.com"',
  },
  {
    code: "BLOCK_AS_IMPLICIT_KEY",
    message: "two names with colons stand in one line",
    expected: "one name in a line, or braces around several, or quotes around a text with a colon",
    example: "split: { on: 50, off: 50 }",
  },
  {
    code: "BAD_SCALAR_START",
    message: "an unquoted text cannot begin with this character",
    expected: "the text in quotes",
    example: 'endsWith: "@example.com"',
  },
  {
    code: "MULTILINE_IMPLICIT_KEY",
    message: "this line has no colon, so the next ones cannot belong to it",
    expected: "a name, a colon and a value",
    example: "key: checkout",
  },
  {
    code: "MULTIPLE_DOCS",
    message: "the file holds more than one document",
    expected: "one flag or segment in a file, without --- between",
  },
  {
    code: "TAG_RESOLVE_FAILED",
    message: "this tag is not known here",
    expected: "a plain value, without a tag",
    example: "enabled: true",
  },
];
