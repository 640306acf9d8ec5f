/** Lint rule: segments that nothing leads to. @module */
import { segmentsNamedBy } from "../condition.js";
import { type LintRule, type LintSubject, warningAt } from "./lint-subject.js";

/** A segment that no flag names, itself or by way of other segments. */
export const unusedSegment: LintRule = {
  name: "unused-segment",
  find: (subject) => {
    const used = segmentsReached(subject);
    return subject.segments
      .filter(({ file }) => !used.has(file.key))
      .map(({ source, file }) =>
        warningAt(source, ["key"], "value", {
          message: `no flag uses the segment "${file.key}"`,
          expected: "a rule that names it, or no such file",
          example: `when: { inSegment: ${file.key} }`,
        }),
      );
  },
};

function segmentsReached({ flags, segments, projectSource }: LintSubject): ReadonlySet<string> {
  const byKey = new Map(segments.map(({ file }) => [file.key, file]));
  const reached = new Set<string>();
  const waiting = [...flags.map(({ source }) => source), projectSource].flatMap(({ content }) => namesIn(content));
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (reached.has(key)) continue;
    reached.add(key);
    waiting.push(...segmentsNamedBy(byKey.get(key)?.when));
  }
  return reached;
}

/** Every segment that a file names anywhere: rules are not the only place that conditions may stand in. */
function namesIn(content: unknown): string[] {
  if (typeof content !== "object" || content === null) return [];
  return Object.entries(content).flatMap(([name, value]) =>
    name === "inSegment" && typeof value === "string" ? [value] : namesIn(value),
  );
}
