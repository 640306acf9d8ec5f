/** From the files of a project that have been read to the bundles of its audiences. @module */
import { allocateProject } from "./allocate/allocate-project.js";
import { formatAllocation } from "./allocate/format-allocation.js";
import { hasText, suspectLines } from "./allocate/lock-problems.js";
import type { Allocation } from "./allocation.js";
import { compileSelection } from "./build/compile-selection.js";
import { encodeBundle } from "./build/encode-bundle.js";
import type { BuiltBundle } from "./built-bundle.js";
import { hasErrors, inReadingOrder, type Problem } from "./problem.js";
import { type Projection, projectBundle } from "./project/project-bundle.js";
import { projectionProblems } from "./project/projection-problems.js";
import { remoteBundle } from "./project/remote-bundle.js";
import type { OpaqueBundle } from "./project/with-opaque-names.js";
import type { Audience, Project } from "./project.js";
import type { ProjectSources } from "./project-sources.js";
import { selectForAudience, selectForEndpoint } from "./select/select-for-audience.js";
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
  /** The files' texts by path, for `formatProblems`. */
  readonly texts: ReadonlyMap<string, string>;
  /** Absent when there is an error. */
  readonly project?: Project;
  /** Absent when there is an error. To be kept with `keepAllocation`, so that the next build moves no unit that need not. */
  readonly allocation?: BuiltAllocation;
  /** One for each audience, in the order of their names; none when there is an error. */
  readonly bundles: readonly BuiltBundle[];
}

/** The sources of a project's parts, by their keys. */
interface SourcesByKey {
  readonly flags: ReadonlyMap<string, SourceFile>;
  readonly segments: ReadonlyMap<string, SourceFile>;
  readonly groups: ReadonlyMap<string, SourceFile>;
}

/** Validates and builds what has been read. Problems of the files are in the answer, those of reading them included. */
export function buildSources(sources: ProjectSources): ProjectBuild {
  const validation = validateProject(sources);
  const texts = textsOf(sources);
  const problems = inReadingOrder([...sources.problems, ...validation.problems]);
  const { project } = validation;
  if (project === undefined || validation.allocation === undefined || hasErrors(problems)) {
    return { problems, texts, bundles: [] };
  }
  const byKey = sourcesByKey(sources);
  const allocation = allocateProject(project, validation.allocation);
  const suspect = suspectLines({ project, sources: byKey, lock: sources.lock, after: allocation });
  const built = buildBundles(project, allocation, byKey);
  const all = inReadingOrder([...problems, ...suspect, ...built.problems]);
  if (hasErrors(all)) return { problems: all, texts, bundles: [] };
  const text = formatAllocation(allocation);
  const isKept = sources.lock !== undefined && hasText(sources.lock, text);
  return { problems: all, texts, project, allocation: { allocation, text, isKept }, bundles: built.bundles };
}

/** The sources of a project's parts, by their keys; of files without an error. */
export function sourcesByKey({ flags, segments, groups }: ProjectSources): SourcesByKey {
  return { flags: byKey(flags), segments: byKey(segments), groups: byKey(groups) };
}

function byKey(sources: readonly SourceFile[]): ReadonlyMap<string, SourceFile> {
  return new Map(sources.map((source) => [(source.content as { readonly key: string }).key, source]));
}

function textsOf({ project, flags, segments, groups, lock }: ProjectSources): ReadonlyMap<string, string> {
  const files = [project, ...flags, ...segments, ...groups, lock].filter((source) => source !== undefined);
  return new Map(files.map(({ path, text }) => [path, text]));
}

interface BuiltBundles {
  readonly bundles: readonly BuiltBundle[];
  readonly problems: readonly Problem[];
}

function buildBundles(project: Project, allocation: Allocation, sources: SourcesByKey): BuiltBundles {
  const problems: Problem[] = [];
  const bundles = project.audiences.map((audience) => {
    const selection = selectForAudience(project, audience);
    const projection = projectBundle(compileSelection(selection, allocation), selection);
    problems.push(...projectionProblems(projection, sources));
    const built = builtBundle(project.trustDomain, audience, projection);
    if (projection.remote.size === 0) return built;
    const whole = compileSelection(selectForEndpoint(project, audience), allocation);
    return withRemoteBundle(built, remoteBundle(whole, projection.remote.keys()));
  });
  return { bundles, problems };
}

function withRemoteBundle(built: BuiltBundle, { bundle, names }: OpaqueBundle): BuiltBundle {
  const { bytes, sha256 } = encodeBundle(bundle);
  return { ...built, remoteBundle: { bytes, sha256 }, names: inOrder({ ...built.names, ...names }) };
}

/** Equal names give equal text, whichever bundle had them first. */
function inOrder(names: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(names).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function builtBundle(
  trustDomain: string,
  { name, kind }: Audience,
  { bundle, remote, names }: Projection,
): BuiltBundle {
  const ofBrowsers = kind === "browser" ? { remote: [...remote.keys()], names } : {};
  return { audience: name, kind, trustDomain, ...encodeBundle(bundle), ...ofBrowsers };
}
