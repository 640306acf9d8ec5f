/** Says, with file, line and column, what a browser may not be told and what to do about it. @module */
import { type Condition, conditionsIn } from "../condition.js";
import { placeOfText } from "../place-of-text.js";
import type { Problem, ProblemText } from "../problem.js";
import { type Path, problemAt, type SourceFile } from "../source-file.js";
import type { ExposedText } from "./exposed-text.js";
import { LONG_LIST } from "./personal-text.js";
import type { Projection } from "./project-bundle.js";
import type { RemoteReason } from "./remote-flags.js";

/** The files that flags and segments came from, by key. */
export interface ProjectionSources {
  readonly flags: ReadonlyMap<string, SourceFile>;
  readonly segments: ReadonlyMap<string, SourceFile>;
}

/** Errors for personal text that would be published; warnings for flags that are left to the endpoint without having asked for it. */
export function projectionProblems({ exposed, remote }: Projection, sources: ProjectionSources): Problem[] {
  const errors = [...exposed].flatMap(([key, texts]) => {
    const source = sources.flags.get(key);
    return source === undefined ? [] : texts.map((text) => exposedProblem(source, key, text));
  });
  const warnings = [...remote].flatMap(([key, reason]) => {
    const source = sources.flags.get(key);
    return source === undefined ? [] : remoteProblem(source, key, reason, sources);
  });
  return [...errors, ...warnings];
}

function wordsFor({ what, text }: ExposedText): string {
  return what === "email"
    ? `the e-mail address ${text}`
    : `a list of ${LONG_LIST} or more identifiers, the first of them ${text},`;
}

function exposedProblem(source: SourceFile, key: string, exposed: ExposedText): Problem {
  const { what, text, variant } = exposed;
  const place = placeOfText(
    source,
    text,
    variant === undefined ? ["rules"] : ["variants", variant],
    variant === undefined ? FREE_TEXTS : undefined,
  );
  const allowed = what === "email" ? text : `variants.${variant}`;
  return problemAt(source, place?.path ?? ["key"], place?.part ?? "value", {
    message: `anybody could read ${wordsFor(exposed)} in the browser bundle: the flag "${key}" is clientVisible`,
    expected: "a value that tells less, `clientVisible: remote`, or leave to show it",
    example: `allowInClear: [${JSON.stringify(allowed)}]`,
  });
}

/** Fields of a rule that reach browsers as they are. */
const FREE_TEXTS = ["salt", "unit"];

/** Fields of a condition that hashes cannot replace. */
const CLEAR_TEXTS = ["startsWith", "endsWith", "contains", "attribute", "atLeast", "above", "atMost", "below"];

function remoteProblem(source: SourceFile, key: string, reason: RemoteReason, sources: ProjectionSources): Problem[] {
  if (reason.because === "wished") return [];
  if (reason.because === "prerequisite") {
    const text: ProblemText = {
      severity: "warning",
      message: `browsers ask the endpoint for "${key}", because it waits for "${reason.flag}", which they cannot evaluate`,
      expected: `\`clientVisible: true\` in "${reason.flag}", or \`clientVisible: remote\` here, which says that it is meant`,
      example: "clientVisible: remote",
    };
    return [problemAt(source, placeOfFlag(source, reason.flag), "value", text)];
  }
  const { source: owner, path } = placeInConditions(source, reason.exposed.text, sources.segments);
  const text: ProblemText = {
    severity: "warning",
    message: `browsers ask the endpoint for "${key}", because this condition would show them ${wordsFor(reason.exposed)} and cannot be hashed`,
    expected:
      "equals or in, whose literals are hashed; or `clientVisible: remote` in the flag, which says that it is meant",
    example: "clientVisible: remote",
  };
  return [problemAt(owner, path, "value", text)];
}

function placeInConditions(
  source: SourceFile,
  text: string,
  segments: ProjectionSources["segments"],
): { readonly source: SourceFile; readonly path: Path } {
  const own = placeOfText(source, text, ["rules"], CLEAR_TEXTS);
  if (own !== undefined) return { source, path: own.path };
  for (const segment of segments.values()) {
    const place = placeOfText(segment, text, ["when"], CLEAR_TEXTS);
    if (place !== undefined) return { source: segment, path: place.path };
  }
  return { source, path: ["key"] };
}

/** Where a flag's rules name another one; its key when a segment does. */
function placeOfFlag(source: SourceFile, flag: string): Path {
  const { rules = [] } = (source.content ?? {}) as { readonly rules?: readonly { readonly when?: Condition }[] };
  for (const [index, { when }] of rules.entries()) {
    if (when === undefined) continue;
    for (const { condition, path } of conditionsIn(when)) {
      if ("flag" in condition && condition.flag === flag) return ["rules", index, "when", ...path, "flag"];
    }
  }
  return ["key"];
}
