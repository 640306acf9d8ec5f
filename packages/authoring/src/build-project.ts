/** From a project directory to the bundles of its audiences. @module */
import { allocateProject } from "./allocate/allocate-project.js";
import { formatAllocation } from "./allocate/format-allocation.js";
import type { Allocation } from "./allocation.js";
import { compileSelection } from "./build/compile-selection.js";
import { encodeBundle } from "./build/encode-bundle.js";
import type { BuiltBundle } from "./built-bundle.js";
import { hasErrors, inReadingOrder, type Problem } from "./problem.js";
import { type Projection, projectBundle } from "./project/project-bundle.js";
import { type ProjectionSources, projectionProblems } from "./project/projection-problems.js";
import type { Audience, Project } from "./project.js";
import { type ProjectSources, readProject } from "./read/read-project.js";
import { selectForAudience } from "./select/select-for-audience.js";
import type { SourceFile } from "./source-file.js";
import { validateProject } from "./validate/validate-project.js";

/** What allocation.lock should say. */
export interface BuiltAllocation {
  readonly allocation: Allocation;
  /** The text of the file. */
  readonly text: string;
  /** The file in the project says this already. */
  readonly isKept: boolean;
}

/** What came of a build. */
export interface ProjectBuild {
  /** Everything that is wrong, warnings included, in reading order. */
  readonly problems: readonly Problem[];
  /** The files' texts by path, for {@link formatProblems}. */
  readonly texts: ReadonlyMap<string, string>;
  /** Absent when there is an error. */
  readonly project?: Project;
  /** Absent when there is an error. To be kept with `keepAllocation`, so that the next build moves no unit that need not. */
  readonly allocation?: BuiltAllocation;
  /** One for each audience, in the order of their names; none when there is an error. */
  readonly bundles: readonly BuiltBundle[];
}

/**
 * Reads, validates and builds a project. Problems of its files are in the answer, all of them. Writes nothing.
 *
 * @param dir - The directory of `aplomb.yaml`.
 * @example
 * const { bundles, problems, texts } = await buildProject("flags-of-my-shop");
 * console.error(formatProblems(problems, texts));
 */
export async function buildProject(dir: string): Promise<ProjectBuild> {
  const sources = await readProject(dir);
  const validation = validateProject(sources);
  const { project, flags, segments, groups, lock } = sources;
  const files = [project, ...flags, ...segments, ...groups, lock].filter((source) => source !== undefined);
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const problems = inReadingOrder([...sources.problems, ...validation.problems]);
  if (validation.project === undefined || validation.allocation === undefined || hasErrors(problems)) {
    return { problems, texts, bundles: [] };
  }
  const allocation = allocateProject(validation.project, validation.allocation);
  const built = buildBundles(validation.project, allocation, sources);
  const all = inReadingOrder([...problems, ...built.problems]);
  if (hasErrors(all)) return { problems: all, texts, bundles: [] };
  const text = formatAllocation(allocation);
  return {
    problems: all,
    texts,
    project: validation.project,
    allocation: { allocation, text, isKept: lock?.text === text },
    bundles: built.bundles,
  };
}

interface BuiltBundles {
  readonly bundles: readonly BuiltBundle[];
  readonly problems: readonly Problem[];
}

function buildBundles(project: Project, allocation: Allocation, sources: ProjectSources): BuiltBundles {
  const origins: ProjectionSources = { flags: byKey(sources.flags), segments: byKey(sources.segments) };
  const problems: Problem[] = [];
  const bundles = project.audiences.map((audience) => {
    const selection = selectForAudience(project, audience);
    const projection = projectBundle(compileSelection(selection, allocation), selection);
    problems.push(...projectionProblems(projection, origins));
    return builtBundle(project.trustDomain, audience, projection);
  });
  return { bundles, problems };
}

function builtBundle(
  trustDomain: string,
  { name, kind }: Audience,
  { bundle, remote, names }: Projection,
): BuiltBundle {
  const ofBrowsers = kind === "browser" ? { remote: [...remote.keys()], names } : {};
  return { audience: name, kind, trustDomain, ...encodeBundle(bundle), ...ofBrowsers };
}

function byKey(sources: readonly SourceFile[]): ReadonlyMap<string, SourceFile> {
  return new Map(sources.map((source) => [(source.content as { readonly key: string }).key, source]));
}
