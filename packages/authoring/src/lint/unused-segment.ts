/** Lint rule: segments that nothing leads to. @module */
import { segmentsReachedFrom } from "../segment-file.js";
import { type LintRule, warningAt } from "./lint-subject.js";

/** A segment that no flag names, itself or by way of other segments. */
export const unusedSegment: LintRule = {
  name: "unused-segment",
  find: ({ flags, segments, project, projectSource }) => {
    const named = [...flags.map(({ source }) => source), projectSource].flatMap(({ content }) => namesIn(content));
    const used = segmentsReachedFrom(named, project.segments);
    return segments
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

/** Every segment that a file names anywhere: rules are not the only place that conditions may stand in. */
function namesIn(content: unknown): string[] {
  if (typeof content !== "object" || content === null) return [];
  return Object.entries(content).flatMap(([name, value]) =>
    name === "inSegment" && typeof value === "string" ? [value] : namesIn(value),
  );
}
