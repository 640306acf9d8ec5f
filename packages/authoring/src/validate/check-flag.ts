/** Judges one flag beyond what the schema can say. @module */
import type { FlagFile } from "../flag-file.js";
import type { Problem } from "../problem.js";
import { type Path, problemAt, type SourceFile } from "../source-file.js";
import { choiceOf } from "../suggestion.js";
import { checkCondition } from "./check-condition.js";
import { checkDraws } from "./check-groups.js";
import { checkRules } from "./check-rules.js";
import { checkTimes } from "./check-times.js";
import { checkValues } from "./check-values.js";
import type { Names } from "./names.js";

/** Problems of a flag file that holds to its schema. */
export function checkFlag(source: SourceFile, flag: FlagFile, names: Names): Problem[] {
  const rules = flag.rules ?? [];
  return [
    ...checkExpiry(source, flag),
    ...checkValues(source, flag),
    ...checkRules(source, flag),
    ...checkDraws(source, flag, names),
    ...rules.flatMap((rule, index) => [
      ...checkCondition(source, ["rules", index, "when"], rule.when, names),
      ...checkTimes(source, ["rules", index], rule),
    ]),
    ...checkEnvironments(source, ["environments"], flag.environments, names.environments),
    ...rules.flatMap((rule, index) =>
      checkEnvironments(source, ["rules", index, "environments"], rule.environments, names.environments),
    ),
  ];
}

function checkExpiry(source: SourceFile, { expires }: FlagFile): Problem[] {
  if (expires === undefined) return [];
  const date = new Date(`${expires}T00:00:00Z`);
  if (!Number.isNaN(date.getTime()) && date.toISOString().startsWith(expires)) return [];
  const text = {
    message: `${expires} is in no calendar`,
    expected: "a day as YYYY-MM-DD",
    example: "expires: 2027-03-01",
  };
  return [problemAt(source, ["expires"], "value", text)];
}

function checkEnvironments(
  source: SourceFile,
  path: Path,
  named: readonly string[] | undefined,
  known: ReadonlySet<string>,
): Problem[] {
  if (known.size === 0) return [];
  return (named ?? []).flatMap((name, index) => {
    if (known.has(name)) return [];
    const text = {
      message: `no audience is in the environment "${name}"`,
      expected: choiceOf([...known].sort(), name),
    };
    return [problemAt(source, [...path, index], "value", text)];
  });
}
