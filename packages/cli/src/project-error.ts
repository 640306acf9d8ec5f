/** The error of a project whose files cannot be built. @module */
import { formatProblems, type Paint, type Problem } from "@aplomb/authoring";

/** Thrown where a project is needed and its files have errors. The message shows them all. */
export class ProjectError extends Error {
  readonly problems: readonly Problem[];
  /** The files' texts by path. */
  readonly texts: ReadonlyMap<string, string>;

  constructor(problems: readonly Problem[], texts: ReadonlyMap<string, string>) {
    super(formatProblems(problems, texts));
    this.name = "ProjectError";
    this.problems = problems;
    this.texts = texts;
  }

  /** The message in colours, and a count. */
  format(paint: Paint): string {
    const errors = this.problems.filter(({ severity }) => severity === "error").length;
    const count = paint.error(`${errors} ${errors === 1 ? "error" : "errors"}`);
    return `${formatProblems(this.problems, this.texts, paint)}\n\n${count}`;
  }
}
