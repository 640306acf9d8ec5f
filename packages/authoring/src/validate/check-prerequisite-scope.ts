/** Warns of rules that wait for a flag which is not where they are. @module */
import { conditionsIn } from "../condition.js";
import type { FlagFile } from "../flag-file.js";
import type { Problem } from "../problem.js";
import { problemAt, type SourceFile } from "../source-file.js";

interface Checked<T> {
  readonly source: SourceFile;
  readonly content: T;
}

/** A flag that a condition names, in environments where it is not: the condition is false there. */
export function checkPrerequisiteScope(flags: readonly Checked<FlagFile>[]): Problem[] {
  const byKey = new Map(flags.map(({ content }) => [content.key, content]));
  return flags.flatMap(({ source, content }) =>
    (content.rules ?? []).flatMap((rule, index) => {
      if (rule.when === undefined) return [];
      const here = rule.environments ?? content.environments;
      return [...conditionsIn(rule.when)].flatMap(({ condition, path }) => {
        const there = "flag" in condition ? byKey.get(condition.flag)?.environments : undefined;
        if (!("flag" in condition) || there === undefined) return [];
        if (here?.every((name) => there.includes(name))) return [];
        const text = {
          severity: "warning" as const,
          message: `the flag "${condition.flag}" is only in ${there.join(", ")}; elsewhere this condition is false`,
          expected: `\`environments\` of this rule that "${condition.flag}" is in as well`,
          example: `environments: [${there.join(", ")}]`,
        };
        return [problemAt(source, ["rules", index, "when", ...path, "flag"], "value", text)];
      });
    }),
  );
}
