/** Lints the files of a project that have been read. @module */
import { buildBundle } from "../build/build-bundle.js";
import { contentOf } from "../bundle-content.js";
import { hasErrors, inReadingOrder } from "../problem.js";
import type { Project } from "../project.js";
import type { ProjectSources } from "../read/read-project.js";
import { selectForAudience } from "../select/select-for-audience.js";
import type { SourceFile } from "../source-file.js";
import { validateProject } from "../validate/validate-project.js";
import { LINT_RULES } from "./lint-rules.js";
import type { LintProblem, LintSubject, Placed } from "./lint-subject.js";

/** How to lint. */
export interface LintOptions {
  /** Flags that expire before this moment have expired: Unix milliseconds. */
  readonly nowMs: number;
  /** The attributes that contexts have; without them, only what looks like a slip is reported. */
  readonly attributes?: readonly string[] | undefined;
  /** Earlier bundles, whose types code already reads. */
  readonly against?: readonly Uint8Array[] | undefined;
}

/** What was found. */
export interface LintReport {
  /** In reading order; each with the rule that found it. */
  readonly problems: readonly LintProblem[];
  /** The files' texts by path, for `formatProblems`. */
  readonly texts: ReadonlyMap<string, string>;
  /** False when errors of the files kept the rules from being run: there may be more to say. */
  readonly isComplete: boolean;
}

/** Lints files that have been read. */
export function lintSources(sources: ProjectSources, options: LintOptions): LintReport {
  const validation = validateProject(sources);
  const files = [...(sources.project ? [sources.project] : []), ...sources.flags, ...sources.segments];
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const found = inReadingOrder([...sources.problems, ...validation.problems]);
  const problems = found.map((problem): LintProblem => ({ ...problem, rule: "build" }));
  const { project } = validation;
  if (project === undefined || sources.project === undefined || hasErrors(found))
    return { problems, texts, isComplete: false };
  const subject = subjectOf(project, sources.project, sources, options);
  for (const { name: rule, find } of LINT_RULES)
    problems.push(...find(subject).map((problem): LintProblem => ({ ...problem, rule })));
  return { problems: inReadingOrder(problems), texts, isComplete: true };
}

function subjectOf(
  project: Project,
  projectSource: SourceFile,
  { flags, segments }: ProjectSources,
  { nowMs, attributes, against = [] }: LintOptions,
): LintSubject {
  return {
    project,
    projectSource,
    flags: placedIn(flags, project.flags),
    segments: placedIn(segments, project.segments),
    bundles: project.audiences.map((audience) => buildBundle(selectForAudience(project, audience))),
    today: new Date(nowMs).toISOString().slice(0, 10),
    attributes,
    against: against.map(contentOf),
  };
}

/** Each file with the source that has its key. */
function placedIn<T extends { readonly key: string }>(
  sources: readonly SourceFile[],
  files: readonly T[],
): Placed<T>[] {
  const sourceOf = new Map(sources.map((source) => [(source.content as Partial<T> | undefined)?.key, source]));
  return files.flatMap((file) => {
    const source = sourceOf.get(file.key);
    return source === undefined ? [] : [{ source, file }];
  });
}
