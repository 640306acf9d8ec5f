/** Says in plain words, and in the right place, what a YAML parser found. @module */
import type { YAMLError } from "yaml";
import type { Problem, ProblemText } from "../problem.js";
import { problemBetween, type SourceFile } from "../source-file.js";

/** Problems of a file from the parser's errors: one for each place. */
export function syntaxProblems(source: SourceFile, faults: readonly YAMLError[]): Problem[] {
  const byStart = new Map<number, YAMLError[]>();
  for (const fault of faults) byStart.set(fault.pos[0], [...(byStart.get(fault.pos[0]) ?? []), fault]);
  return [...byStart.values()].map((group) => overIndented(source, group) ?? syntaxProblem(source, group));
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

function syntaxProblem(source: SourceFile, group: readonly YAMLError[]): Problem {
  const [start, end] = group[0]?.pos ?? [0, 1];
  const known = SYNTAX.find(({ code, words }) =>
    group.some((fault) => code === fault.code && (words === undefined || words.test(fault.message))),
  );
  const text = known ?? { message: `this cannot be read as YAML: ${group[0]?.message}`, expected: "YAML 1.2" };
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

/**
 * What people mean by the mistakes that they make; the parser's own words serve for the others. Of several faults in one place, what
 * stands first here is said.
 */
const SYNTAX: readonly KnownFault[] = [
  {
    code: "UNEXPECTED_TOKEN",
    words: /block-seq-ind/,
    message: "an element of a list stands among the names of a mapping",
    expected: "a list below its name, with the dashes in one column",
    example: "rules:\n  - name: everybody",
  },
  {
    code: "BLOCK_IN_FLOW",
    message: "lines of names or dashes stand inside brackets, or a comma is missing in them",
    expected: "commas between what stands in brackets, and no dashes",
    example: "split: { on: 50, off: 50 }",
  },
  {
    code: "NON_STRING_KEY",
    message: "a name has to be a text",
    expected: "a text before the colon",
    example: "key: checkout",
  },
  {
    code: "UNEXPECTED_TOKEN",
    words: /-end token|flow-error-end/,
    message: "this bracket closes nothing",
    expected: "a bracket of the same kind that opens above, or no bracket here",
    example: "in: [SE, NO]",
  },
  {
    code: "UNEXPECTED_TOKEN",
    message: "something that the values above leave no room for begins here",
    expected: "one value for each name, with quotes around a text that has quotes, brackets or colons in it",
    example: 'description: "Pay: now or later"',
  },
  {
    code: "MISSING_CHAR",
    words: /white ?space/,
    message: "a # that begins a comment, a tag or an anchor touches what stands beside it",
    expected: "a space before it, or quotes around a text that has a # in it",
    example: 'color: "#1f6feb"',
  },
  {
    code: "BAD_DQ_ESCAPE",
    message: "this is no escape that a text in double quotes may have",
    expected: "two backslashes for one, or single quotes",
    example: "startsWith: 'C:\\'",
  },
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
    code: "MISSING_CHAR",
    words: /between flow|must end with/,
    message: "a comma, a colon or a closing bracket is missing before this",
    expected: "commas between what stands in brackets, and the bracket that closes them",
    example: "split: { on: 50, off: 50 }",
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
    code: "MISSING_CHAR",
    words: /followed by map values/,
    message: "this line has no colon, and belongs to nothing above it",
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
