/** What is wrong with files that a test writes in place. @module */
import { validateProject } from "../src/validate/validate-project.js";
import { sourcesOf } from "./sources-of.js";

/** Each problem of a project as `file:line:column message`, warnings marked. There is an aplomb.yaml unless one is given. */
export function problemsOf(files: Readonly<Record<string, string>>): string[] {
  const { problems } = validateProject(sourcesOf(files));
  return problems.map(
    (problem) =>
      `${problem.file}:${problem.line}:${problem.column} ${problem.severity === "error" ? "" : "warning: "}${problem.message}`,
  );
}

/** Each problem of one flag file as `line:column message`. */
export function problemsOfFlag(text: string): string[] {
  return problemsOf({ "flags/a.yaml": text }).map((problem) => problem.replace("flags/a.yaml:", ""));
}
