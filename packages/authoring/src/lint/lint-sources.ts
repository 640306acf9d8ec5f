/** Lints the files of a project that have been read. @module */
import { buildSources, sourcesByKey } from "../build-sources.js";
import { contentOf } from "../bundle-content.js";
import { inReadingOrder } from "../problem.js";
import type { ProjectSources } from "../project-sources.js";
import type { SourceFile } from "../source-file.js";
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

/** Lints files that have been read. What a build says of them is said first, and by the same code. */
export function lintSources(sources: ProjectSources, options: LintOptions): LintReport {
  const build = buildSources(sources);
  const { texts, project, allocation } = build;
  const problems = build.problems.map((problem): LintProblem => ({ ...problem, rule: "build" }));
  if (project === undefined || allocation === undefined || sources.project === undefined)
    return { problems, texts, isComplete: false };
  const { nowMs, attributes, against = [] } = options;
  const subject: LintSubject = {
    project,
    projectSource: sources.project,
    flags: placedIn(sources.flags, project.flags),
    segments: placedIn(sources.segments, project.segments),
    lock: { project, sources: sourcesByKey(sources), lock: sources.lock, after: allocation.allocation },
    bundles: build.bundles,
    today: new Date(nowMs).toISOString().slice(0, 10),
    attributes,
    against: against.map(contentOf),
  };
  for (const { name: rule, find } of LINT_RULES)
    problems.push(...find(subject).map((problem): LintProblem => ({ ...problem, rule })));
  return { problems: inReadingOrder(problems), texts, isComplete: true };
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
