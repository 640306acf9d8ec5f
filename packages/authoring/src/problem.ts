/** What is wrong in a file, where, and how to mend it. @module */

/** An error stops a build; a warning does not. */
export type Severity = "error" | "warning";

/** One thing that is wrong in one place. */
export interface Problem {
  readonly severity: Severity;
  /** Relative to the project's directory, with forward slashes. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 units. */
  readonly column: number;
  /** How much of the line is meant, in UTF-16 units; at least 1. */
  readonly length: number;
  /** What is wrong, as a sentence without a full stop. */
  readonly message: string;
  /** What would be right. */
  readonly expected: string;
  /** A line or two of YAML that would be right; may be empty. */
  readonly example: string;
}

/** The parts of a problem that do not depend on where it is. */
export type ProblemText = Pick<Problem, "message" | "expected"> & Partial<Pick<Problem, "example" | "severity">>;

/** Whether one of them is an error. */
export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === "error");
}

/** A copy in reading order: by file, line, column; each said once. */
export function inReadingOrder<T extends Problem>(problems: readonly T[]): T[] {
  const seen = new Set<string>();
  return problems
    .filter((problem) => {
      const identity = JSON.stringify([problem.file, problem.line, problem.column, problem.message]);
      return !seen.has(identity) && seen.add(identity);
    })
    .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column));
}
