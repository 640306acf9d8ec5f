/** Judges allocation.lock beyond what the schema can say. @module */
import { type Allocation, type Line, spansOf } from "../allocation.js";
import { BUCKET_COUNT, type BucketSpan } from "../bucket-line.js";
import type { Problem, ProblemText } from "../problem.js";
import { type Path, problemAt, type SourceFile } from "../source-file.js";

const MEND = "the line as the last build wrote it; without the line, the next build cuts anew and moves units";

/** Problems of an allocation that holds to its schema: ranges that are none, that overlap, or that leave a gap in a rule. */
export function checkAllocation(source: SourceFile, { rules, groups }: Allocation): Problem[] {
  const of = (title: "rules" | "groups", lines: Readonly<Record<string, Line>>) =>
    Object.entries(lines).flatMap(([key, line]) => {
      const fault = faultOf(line, title === "rules");
      return fault === undefined ? [] : [problemAt(source, [title, key, ...fault.path], "value", fault.text)];
    });
  return [...of("rules", rules), ...of("groups", groups)];
}

interface Fault {
  readonly path: Path;
  readonly text: ProblemText;
}

function faultOf(line: Line, mustCover: boolean): Fault | undefined {
  const spans: (BucketSpan & { readonly name: string })[] = [];
  for (const [name, bounds] of Object.entries(line)) {
    const isAscending = bounds.every(
      (bound, index) => index === 0 || bound > (bounds[index - 1] ?? 0) || index % 2 === 0,
    );
    if (bounds.length % 2 === 1 || !isAscending) {
      return {
        path: [name],
        text: { message: `the ranges of "${name}" are not pairs of a lower and a higher bucket`, expected: MEND },
      };
    }
    spans.push(...spansOf(bounds).map((span) => ({ ...span, name })));
  }
  spans.sort((a, b) => a.lower - b.lower);
  let end = 0;
  for (const { name, lower, upper } of spans) {
    if (lower < end) return { path: [name], text: { message: `bucket ${lower} is given away twice`, expected: MEND } };
    if (lower > end && mustCover)
      return { path: [], text: { message: `bucket ${end} belongs to nobody`, expected: MEND } };
    end = upper;
  }
  if (end === BUCKET_COUNT || !mustCover) return undefined;
  return { path: [], text: { message: `bucket ${end} belongs to nobody`, expected: MEND } };
}
