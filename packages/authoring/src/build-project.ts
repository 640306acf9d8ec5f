/** From a project directory to the bundles of its audiences. @module */
import { buildBundle } from "./build/build-bundle.js";
import type { BuiltBundle } from "./built-bundle.js";
import { hasErrors, inReadingOrder, type Problem } from "./problem.js";
import type { Project } from "./project.js";
import { readProject } from "./read/read-project.js";
import { selectForAudience } from "./select/select-for-audience.js";
import { validateProject } from "./validate/validate-project.js";

/** What came of a build. */
export interface ProjectBuild {
  /** Everything that is wrong, warnings included, in reading order. */
  readonly problems: readonly Problem[];
  /** The files' texts by path, for {@link formatProblems}. */
  readonly texts: ReadonlyMap<string, string>;
  /** Absent when there is an error. */
  readonly project?: Project;
  /** One for each audience, in the order of their names; none when there is an error. */
  readonly bundles: readonly BuiltBundle[];
}

/**
 * Reads, validates and builds a project. Problems of its files are in the answer, all of them.
 *
 * @param dir - The directory of `aplomb.yaml`.
 * @example
 * const { bundles, problems, texts } = await buildProject("flags-of-my-shop");
 * console.error(formatProblems(problems, texts));
 */
export async function buildProject(dir: string): Promise<ProjectBuild> {
  const sources = await readProject(dir);
  const validation = validateProject(sources);
  const files = [...(sources.project ? [sources.project] : []), ...sources.flags, ...sources.segments];
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const problems = inReadingOrder([...sources.problems, ...validation.problems]);
  const { project } = validation;
  if (project === undefined || hasErrors(problems)) return { problems, texts, bundles: [] };
  const bundles = project.audiences.map((audience) => buildBundle(selectForAudience(project, audience)));
  return { problems, texts, project, bundles };
}
