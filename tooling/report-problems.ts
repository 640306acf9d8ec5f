/** The one way a check of this folder ends: its problems, a count, an exit code. @module */

/** Prints each problem on a line of its own and sets the exit code to 1 when there is one. */
export function reportProblems(check: string, problems: readonly string[]): void {
  for (const problem of problems) console.error(problem);
  console.log(`${check}: ${problems.length === 0 ? "no problem" : `${problems.length} to mend`}`);
  if (problems.length > 0) process.exitCode = 1;
}
