/** From a project directory to the bundles of its audiences. @module */
import { buildSources, type ProjectBuild } from "./build-sources.js";
import { readProject } from "./read/read-project.js";

/**
 * Reads, validates and builds a project. Problems of its files are in the answer, all of them. Writes nothing.
 *
 * @param dir - The directory of `aplomb.yaml`.
 * @example
 * const { bundles, problems, texts } = await buildProject("flags-of-my-shop");
 * console.error(formatProblems(problems, texts));
 */
export async function buildProject(dir: string): Promise<ProjectBuild> {
  return buildSources(await readProject(dir));
}
