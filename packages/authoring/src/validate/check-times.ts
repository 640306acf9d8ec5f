/** Judges when a rule starts and ends. @module */
import type { RuleFile } from "../flag-file.js";
import { millisecondsOf, momentOf } from "../literal.js";
import type { Problem, ProblemText } from "../problem.js";
import { type Path, problemAt, type SourceFile } from "../source-file.js";

/** Problems of `starts` and `ends`. */
export function checkTimes(source: SourceFile, path: Path, rule: RuleFile): Problem[] {
  const problems = (["starts", "ends"] as const).flatMap((name) => {
    const text = rule[name] === undefined ? undefined : momentText(name, rule[name]);
    return text === undefined ? [] : [problemAt(source, [...path, name], "value", text)];
  });
  const [startMs, endMs] = [rule.starts, rule.ends].map((text) =>
    text === undefined ? undefined : millisecondsOf(text),
  );
  if (startMs === undefined || endMs === undefined || startMs < endMs) return problems;
  const text = {
    message: `the rule ends at ${rule.ends}, which is not after its start at ${rule.starts}`,
    expected: "an end after the start",
    example: "starts: 2027-03-01\nends: 2027-03-15",
  };
  return [...problems, problemAt(source, [...path, "ends"], "value", text)];
}

function momentText(name: string, text: string): ProblemText | undefined {
  if (millisecondsOf(text) !== undefined) return undefined;
  const isFine = momentOf(text) !== undefined;
  return {
    message: isFine ? `${text} is finer than a millisecond` : `${JSON.stringify(text)} is not a moment`,
    expected: isFine
      ? "at most three decimals: clocks count milliseconds"
      : "a day, or a moment with its offset from UTC",
    example: `${name}: 2027-03-01T09:00:00+01:00`,
  };
}
